// One Poller per host that the data source's queries name, so that all its panels share one connection.

import type { SessionOptions } from "bpflens";
import type { InterimPoller as Poller } from "./interim";
import { loadCore } from "./load";
import { type Address, grafanaTransport, oneAfterTheOther, type Transport } from "./transport";

/** What tells two endpoints apart. */
export interface Endpoint {
  readonly address: Address;
  /** The host behind pmproxy; its own by default. */
  readonly hostspec?: string | undefined;
}

/** What there is once per endpoint. */
export interface Connection {
  readonly poller: Poller;
  /** For questions that no panel asks; they wait for those of the Poller. */
  readonly transport: Transport;
}

/** Connections at most: of those that no panel shows, the one that was asked least lately is closed with its samples. */
const MAX_CONNECTIONS = 16;

export class Endpoints {
  /** In order of use, the latest last. */
  readonly #connections = new Map<string, { opening: Promise<Connection>; opened?: Connection }>();
  readonly #options: SessionOptions;
  readonly #isShown: (poller: Poller) => boolean;

  /** Pollers for which `isShown` is true are never closed. */
  constructor(options: SessionOptions, isShown: (poller: Poller) => boolean) {
    this.#options = options;
    this.#isShown = isShown;
  }

  /** The endpoint's connection; rejects where the core cannot be loaded. */
  connection(endpoint: Endpoint): Promise<Connection> {
    const name = JSON.stringify([endpoint.address.url, endpoint.hostspec ?? ""]);
    const entry = this.#connections.get(name) ?? this.#open(name, endpoint);
    this.#connections.delete(name);
    this.#connections.set(name, entry);
    return entry.opening;
  }

  #open(name: string, { address, hostspec }: Endpoint) {
    this.#makeRoom();
    const transport = oneAfterTheOther(grafanaTransport(address));
    const session = hostspec ? { ...this.#options, hostspec } : this.#options;
    const open = async (): Promise<Connection> => {
      const { InterimPoller } = await loadCore();
      entry.opened = { poller: new InterimPoller({ transport, session }), transport };
      return entry.opened;
    };
    const entry: { opening: Promise<Connection>; opened?: Connection } = { opening: open() };
    entry.opening.catch(() => this.#connections.delete(name)); // A failed load may be tried again.
    return entry;
  }

  #makeRoom(): void {
    for (const [name, { opened }] of this.#connections) {
      if (this.#connections.size < MAX_CONNECTIONS) return;
      if (!opened || this.#isShown(opened.poller)) continue;
      opened.poller.close();
      this.#connections.delete(name);
    }
  }
}
