// One Poller per host that the data source's queries name, so that all its panels share one connection.

import type { Poller, SessionOptions } from "bpflens";
import { loadCore } from "./load";
import { type Address, grafanaTransport, type Transport } from "./transport";

/** What tells two endpoints apart. */
export interface Endpoint {
  readonly address: Address;
  readonly hostspec?: string | undefined;
}

/** Pollers at most: the one that has not been asked for longest is closed, with its samples, if no panel shows it. */
const MAX_ENDPOINTS = 16;

export class Endpoints {
  /** In order of use, the latest last. */
  readonly #pollers = new Map<string, { poller: Promise<Poller>; opened?: Poller }>();
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
    const entry = this.#pollers.get(name) ?? this.#open(name, endpoint);
    this.#pollers.delete(name);
    this.#pollers.set(name, entry);
    return entry.poller;
  }

  /** Pollers that are there already. */
  opened(): Poller[] {
    return [...this.#pollers.values()].flatMap(({ opened }) => opened ?? []);
  }

  #open(name: string, { address, hostspec }: Endpoint) {
    this.#makeRoom();
    const session = hostspec ? { ...this.#options, hostspec } : this.#options;
    const entry: { poller: Promise<Poller>; opened?: Poller } = {
      poller: loadCore().then(({ Poller }) => {
        entry.opened = new Poller({ fetch: fetchOf(grafanaTransport(address)), session });
        return entry.opened;
      }),
    };
    entry.poller.catch(() => this.#pollers.delete(name)); // A failed load may be tried again.
    return entry;
  }

  #makeRoom(): void {
    for (const [name, { opened }] of this.#pollers) {
      if (this.#pollers.size < MAX_ENDPOINTS) return;
      if (!opened || this.#isShown(opened)) continue;
      opened.close();
      this.#pollers.delete(name);
    }
  }
}

function fetchOf(transport: Transport) {
  return async (path: string, init: RequestInit): Promise<Response> => {
    const { status, body } = await transport({
      method: init.method === "POST" ? "POST" : "GET",
      path,
      ...(typeof init.body === "string" ? { body: init.body } : {}),
      timeoutMillis: 30_000,
      ...(init.signal ? { signal: init.signal } : {}),
      ...(init.keepalive ? { keepalive: true } : {}),
    });
    return new Response(body, { status: Math.max(status, 200) });
  };
}
