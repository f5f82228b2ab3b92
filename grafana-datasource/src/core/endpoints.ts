// One Poller per host that the data source's queries name, so that all its panels share one connection.

import type { Poller, SessionOptions } from "bpflens";
import { loadCore } from "./load";
import { type Address, grafanaTransport } from "./transport";

/** What tells two endpoints apart. */
export interface Endpoint {
  readonly address: Address;
  /** The host behind pmproxy; its own by default. */
  readonly hostspec?: string | undefined;
}

/** Pollers at most: of those that no panel shows, the one that was asked least lately is closed with its samples. */
const MAX_POLLERS = 16;

interface Entry {
  readonly opening: Promise<Poller>;
  opened?: Poller;
}

export class Endpoints {
  /** In order of use, the latest last. */
  readonly #entries = new Map<string, Entry>();
  readonly #options: SessionOptions;
  readonly #isShown: (poller: Poller) => boolean;

  /** Pollers for which `isShown` is true are never closed. */
  constructor(options: SessionOptions, isShown: (poller: Poller) => boolean) {
    this.#options = options;
    this.#isShown = isShown;
  }

  /** The endpoint's Poller; rejects where the core cannot be loaded. */
  poller(endpoint: Endpoint): Promise<Poller> {
    const name = JSON.stringify([endpoint.address.url, endpoint.hostspec ?? ""]);
    const entry = this.#entries.get(name) ?? this.#open(name, endpoint);
    this.#entries.delete(name);
    this.#entries.set(name, entry);
    return entry.opening;
  }

  #open(name: string, { address, hostspec }: Endpoint): Entry {
    this.#makeRoom();
    const session = hostspec ? { ...this.#options, hostspec } : this.#options;
    const open = async () => {
      const { Poller } = await loadCore();
      entry.opened = new Poller({ transport: grafanaTransport(address), session });
      return entry.opened;
    };
    const entry: Entry = { opening: open() };
    entry.opening.catch(() => this.#entries.delete(name)); // A failed load may be tried again.
    return entry;
  }

  #makeRoom(): void {
    for (const [name, { opened }] of this.#entries) {
      if (this.#entries.size < MAX_POLLERS) return;
      if (!opened || this.#isShown(opened)) continue;
      opened.dispose();
      this.#entries.delete(name);
    }
  }
}
