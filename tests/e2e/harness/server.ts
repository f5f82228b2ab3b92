// Starts and ends the real `bpflens serve`.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { BPFLENS } from "./requirements.ts";
import { PATIENCE_MILLIS } from "./wait.ts";

/** Options of a start; without them a free port and a new token. */
export interface ServerOptions {
  readonly port?: number;
  readonly token?: string;
  /** Instead of an engine of its own: the address of a pmproxy, and the host that it asks. */
  readonly pmproxy?: string;
  readonly hostspec?: string;
}

const STOP_LIMIT_MILLIS = 15_000;

/** Linux hands out ports from 32768 on by itself; below, nobody gets one without asking for it. */
const LASTING_PORTS = { from: 20_000, count: 10_000 };

export class Server {
  readonly #child: ChildProcess;
  /** The printed address, with its token. */
  readonly url: URL;

  private constructor(child: ChildProcess, url: URL) {
    this.#child = child;
    this.url = url;
  }

  static async start(options: ServerOptions = {}): Promise<Server> {
    const args = ["serve", "--listen", `127.0.0.1:${options.port ?? 0}`];
    for (const name of ["token", "pmproxy", "hostspec"] as const) {
      const value = options[name];
      if (value !== undefined) args.push(`--${name}`, value);
    }
    const child = spawn(BPFLENS, args, { stdio: ["ignore", "pipe", "pipe"] });
    return new Server(child, await printedUrl(child));
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error("the server has no process");
    return this.#child.pid;
  }

  get port(): number {
    return Number(this.url.port);
  }

  get token(): string {
    return this.url.searchParams.get("token") ?? "";
  }

  /** Ends it with SIGINT, as Ctrl+C does, and waits for its end. */
  async stop(): Promise<void> {
    await this.#end("SIGINT");
  }

  /** Ends it without giving it a chance to clean up. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = new Promise<void>((done) => this.#child.once("exit", () => done()));
    this.#child.kill(signal);
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), STOP_LIMIT_MILLIS);
    await ended;
    clearTimeout(timer);
  }
}

/** A free port that stays free while nobody listens there: a server can end and another one take its place. */
export async function lastingPort(): Promise<number> {
  for (;;) {
    const port = LASTING_PORTS.from + Math.floor(Math.random() * LASTING_PORTS.count);
    const probe = createServer().listen(port, "127.0.0.1");
    const isFree = await once(probe, "listening").then(
      () => true,
      () => false,
    );
    if (!isFree) continue;
    probe.close();
    await once(probe, "close");
    return port;
  }
}

/** The last word of the first line that ends with an address. */
function printedUrl(child: ChildProcess): Promise<URL> {
  return new Promise((resolve, reject) => {
    const seen: string[] = [];
    const timer = setTimeout(() => fail("printed no address in time"), PATIENCE_MILLIS);
    const fail = (reason: string) => {
      clearTimeout(timer);
      child.kill("SIGKILL");
      reject(new Error(`bpflens serve ${reason}:\n${seen.join("\n")}`));
    };
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue;
      createInterface(stream).on("line", (line) => {
        if (seen.length < 100) seen.push(line);
        const lastWord = line.split(/\s+/).at(-1) ?? "";
        if (!lastWord.startsWith("http://")) return;
        clearTimeout(timer);
        resolve(new URL(lastWord));
      });
    }
    child.once("exit", (code) => fail(`ended with ${code}`));
    child.once("error", (error) => fail(error.message));
  });
}
