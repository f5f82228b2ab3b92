// Makes a load whose system calls are known exactly: a copy of `dd` under a name that nobody else uses.

import { execFile } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** By then a load that hardly gets a processor is ended, so that it does not outlive its spec. */
const BUSY_LIMIT_MILLIS = 60_000;

export class Load {
  readonly #folder = mkdtempSync(join(tmpdir(), "bpflens-e2e-"));
  /** The command's name as the kernel shows it (`comm`, 15 characters at most). */
  readonly comm: string;

  constructor(comm = `lens${Math.random().toString(36).slice(2, 10)}`) {
    this.comm = comm;
    copyFileSync("/usr/bin/dd", this.#path);
  }

  /** Reads exactly `count` times `size` bytes; its other reads, of libraries, have other sizes. */
  async reads(count: number, size: number): Promise<void> {
    await run(this.#path, ["if=/dev/zero", "of=/dev/null", `bs=${size}`, `count=${count}`]);
  }

  /**
   * Keeps a processor busy in the kernel's read path for this much of its time. It goes before other programs, as that
   * would otherwise take as many times longer as there are programs that want a processor.
   */
  async busy(seconds: number): Promise<void> {
    const dd = [this.#path, "if=/dev/zero", "of=/dev/null", "bs=1M"];
    const args = ["-n", "-10", "prlimit", `--cpu=${seconds}`, ...dd];
    await run("nice", args, { timeout: BUSY_LIMIT_MILLIS }).catch((error: { signal?: string }) => {
      // The kernel has ended it at its limit, as intended.
      if (error.signal !== "SIGKILL") throw error;
    });
  }

  /** A little of everything that the gallery looks at: a process, files, page faults, the disk, a connection. */
  async variety(): Promise<void> {
    const file = join(this.#folder, "written");
    await run(this.#path, ["if=/dev/zero", `of=${file}`, "bs=4096", "count=20", "conv=fsync"]);
    await oneConnection();
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true });
  }

  get #path(): string {
    return join(this.#folder, this.comm);
  }
}

/** Opens a connection to a server on loopback and closes it. */
async function oneConnection(): Promise<void> {
  const server = createServer((socket) => socket.end()).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const socket = connect(port, "127.0.0.1").resume();
  await once(socket, "close");
  server.close();
}
