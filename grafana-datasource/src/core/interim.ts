// Until the package's Poller has them: `edit`, `release` and `info`.

import { Poller, type PollerOptions } from "bpflens";
import { readText } from "../variables/instances";
import type { Transport } from "./transport";

export class InterimPoller extends Poller {
  readonly #transport: Transport;
  readonly #hostspec: string | undefined;
  readonly #shown = new Map<string, string>();
  readonly #ends = new Map<string, ReturnType<typeof setTimeout>>();

  constructor({ transport, ...options }: PollerOptions & { transport: Transport }) {
    super({
      ...options,
      fetch: async (path, init) => {
        const { status, body } = await transport({
          method: init.method === "POST" ? "POST" : "GET",
          path,
          ...(typeof init.body === "string" ? { body: init.body } : {}),
          timeoutMillis: 30_000,
          ...(init.signal ? { signal: init.signal } : {}),
          ...(init.keepalive ? { keepalive: true } : {}),
        });
        return new Response(body, { status });
      },
    });
    this.#transport = transport;
    this.#hostspec = options.session?.hostspec;
  }

  override run(target: string, source: string): void {
    clearTimeout(this.#ends.get(target));
    this.#shown.set(target, source);
    super.run(target, source);
  }

  edit(target: string, source: string): void {
    clearTimeout(this.#ends.get(target));
    if (this.#shown.get(target) !== source) this.run(target, source);
  }

  release(target: string): void {
    const end = () => {
      this.#shown.delete(target);
      this.stop(target);
    };
    this.#ends.set(target, setTimeout(end, 60_000));
  }

  info(what: "tracepoints" | "scripts"): Promise<string> {
    const metric = what === "scripts" ? "bpftrace.info.scripts_json" : "bpftrace.info.tracepoints";
    return readText(this.#transport, this.#hostspec, metric);
  }
}
