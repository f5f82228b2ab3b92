// Makes a load whose system calls are known exactly: a copy of `dd` under a name that nobody else uses.

import { execFile } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

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

  /** Keeps a processor busy in the kernel's read path for this long. */
  async busy(seconds: number): Promise<void> {
    await run("timeout", [String(seconds), this.#path, "if=/dev/zero", "of=/dev/null", "bs=1M"]).catch(
      (error: { code?: number }) => {
        // 124: timeout has ended it, as intended.
        if (error.code !== 124) throw error;
      },
    );
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
