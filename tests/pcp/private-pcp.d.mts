// Types of what the end-to-end specs use of private-pcp.mjs.

export interface PcpOptions {
  readonly agent?: "rust" | "python";
  readonly config?: Readonly<Record<string, Readonly<Record<string, string | number | boolean>>>>;
  readonly ready?: boolean;
  readonly prepare?: (folder: string) => void | Promise<void>;
}

/** A private pmcd, its agent, and a pmproxy. */
export interface Pcp {
  readonly folder: string;
  /** The URL of pmproxy. */
  readonly base: string;
  /** The pmcd, as pmproxy reaches it. */
  readonly hostspec: string;
  readonly pmcdPid: number;
  agentPid(): number | undefined;
  agentReady(): Promise<void>;
  /** Ends pmproxy and starts another one at its port, which knows nothing of the contexts of the first. */
  restartPmproxy(): Promise<void>;
  stop(): Promise<void>;
}

export function missing(agent: "rust" | "python"): string | undefined;
export function start(options?: PcpOptions): Promise<Pcp>;
