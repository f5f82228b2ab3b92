// Serves a built page and, on the same origin, the calls of its Poller: as a reverse proxy before `bpflens serve` does.

import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { text } from "node:stream/consumers";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".wasm": "application/wasm",
};

/** Runs until the returned function is called. */
export async function servePage(
  folder: string,
  backend: { readonly url: URL; readonly token: string },
): Promise<{ url: URL; stop(): Promise<void> }> {
  const server = createServer((call, answer) => {
    const path = call.url ?? "/";
    const done = path.startsWith("/pmapi/")
      ? passOn(path, call, answer, backend)
      : sendFile(folder, path, answer);
    done.catch(() => answer.writeHead(502).end());
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: new URL(`http://127.0.0.1:${port}/`),
    async stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function passOn(
  path: string,
  call: IncomingMessage,
  answer: ServerResponse,
  { url, token }: { readonly url: URL; readonly token: string },
): Promise<void> {
  const method = call.method ?? "GET";
  const body = await text(call);
  const reply = await fetch(new URL(path, url), {
    method,
    headers: { Authorization: `Bearer ${token}` },
    ...(method === "POST" ? { body } : {}),
  });
  answer.writeHead(reply.status, { "Content-Type": "application/json" });
  answer.end(await reply.text());
}

async function sendFile(folder: string, path: string, answer: ServerResponse): Promise<void> {
  const name = normalize(path === "/" ? "/index.html" : path);
  const content = await readFile(join(folder, name)).catch(() => undefined);
  if (content === undefined) answer.writeHead(404).end();
  else
    answer
      .writeHead(200, { "Content-Type": TYPES[extname(name)] ?? "application/octet-stream" })
      .end(content);
}
