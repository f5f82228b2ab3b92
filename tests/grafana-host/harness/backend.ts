// What stands behind Grafana's proxy: a private pmproxy with an agent, or `bpflens serve`.

import { bpftraceBelow } from "../../e2e/harness/processes.ts";
import { Server } from "../../e2e/harness/server.ts";
import { type Pcp, type PcpOptions, start as startPcp } from "../../pcp/private-pcp.mjs";
import type { ProxyTarget } from "../server/data_source_proxy.ts";

export interface Backend {
  readonly target: ProxyTarget;
  /** What the data source is told of the host; empty: the default of the other side. */
  readonly hostspec: string;
  /** The bpftrace processes that run for it. */
  processes(): number[];
  stop(): Promise<void>;
}

export class PcpBackend implements Backend {
  readonly pcp: Pcp;

  private constructor(pcp: Pcp) {
    this.pcp = pcp;
  }

  static async start(options: PcpOptions = {}): Promise<PcpBackend> {
    return new PcpBackend(await startPcp(options));
  }

  get target(): ProxyTarget {
    return { url: this.pcp.base };
  }

  get hostspec(): string {
    return this.pcp.hostspec;
  }

  processes(): number[] {
    return bpftraceBelow(this.pcp.pmcdPid);
  }

  stop(): Promise<void> {
    return this.pcp.stop();
  }
}

export class ServeBackend implements Backend {
  readonly #server: Server;
  readonly hostspec = "";

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<ServeBackend> {
    return new ServeBackend(await Server.start());
  }

  /** The token is a header that the data source's settings add. */
  get target(): ProxyTarget {
    return { url: this.#server.url.origin, headers: { authorization: `Bearer ${this.#server.token}` } };
  }

  processes(): number[] {
    return bpftraceBelow(this.#server.pid);
  }

  stop(): Promise<void> {
    return this.#server.stop();
  }
}
