// A private PCP behind `bpflens serve --pmproxy`, and a door between the two that a spec can shut.

import { once } from "node:events";
import { connect, createServer, type Server as Listener, type Socket } from "node:net";
import { missing, type Pcp, type PcpOptions, start } from "../../pcp/private-pcp.mjs";
import { lastingPort } from "./server.ts";

/** The agent under test: ours where it is built, else PCP's own, as with PCP_AGENT=python. */
export const AGENT = process.env.PCP_AGENT !== "python" && missing("rust") === undefined ? "rust" : "python";

/** Why no private PCP can run here; undefined if it can. */
export const MISSING_PCP = missing(AGENT);

export function startPcp(options: PcpOptions = {}): Promise<Pcp> {
  return start({ agent: AGENT, ...options });
}

/** A port that leads to another one, until it is shut and again when it is open. */
export class Door {
  readonly port: number;
  readonly #target: number;
  readonly #sockets = new Set<Socket>();
  #listener: Listener | undefined;

  private constructor(port: number, target: number) {
    this.port = port;
    this.#target = target;
  }

  static async to(target: number): Promise<Door> {
    const door = new Door(await lastingPort(), target);
    await door.open();
    return door;
  }

  async open(): Promise<void> {
    this.#listener = createServer((caller) => {
      const callee = connect(this.#target, "127.0.0.1");
      for (const socket of [caller, callee]) {
        this.#sockets.add(socket);
        // Either side may hang up at any time; the other one is told by the end of its stream.
        socket.on("error", () => socket.destroy()).on("close", () => this.#sockets.delete(socket));
      }
      caller.pipe(callee).pipe(caller);
    }).listen(this.port, "127.0.0.1");
    await once(this.#listener, "listening");
  }

  async shut(): Promise<void> {
    const listener = this.#listener;
    this.#listener = undefined;
    if (listener === undefined) return;
    for (const socket of this.#sockets) socket.destroy();
    listener.close();
    await once(listener, "close");
  }
}
