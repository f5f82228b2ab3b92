// Serves the host page, a built plugin and Grafana's proxy on loopback, at the root and below /grafana.

import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { type PolicyName, policyHeader } from "./content_security_policy.ts";
import { type ProxyTarget, passOn } from "./data_source_proxy.ts";
import { documentOf } from "./document.ts";
import { fontFile } from "./fonts.ts";
import { DATA_SOURCE_UID, type PluginSettings, type View } from "./page_settings.ts";

const FOLDER = fileURLToPath(new URL("..", import.meta.url));
const SUB_PATH = "/grafana";
const NONCE = "bG9vcGJhY2s";
/** The sets of @grafana packages that the page was built with. */
export const HOSTS = readdirSync(join(FOLDER, "hosts"));

const TYPES: Readonly<Record<string, string>> = {
  ".js": "text/javascript",
  ".css": "text/css",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ttf": "font/ttf",
  ".woff2": "font/woff2",
  ".wasm": "application/wasm",
};

export interface PageOptions {
  readonly view: View;
  /** One of `HOSTS`. */
  readonly host?: string;
  readonly jsonData?: PluginSettings["jsonData"];
  readonly theme?: "dark" | "light";
  readonly policy?: PolicyName;
  readonly belowSubPath?: boolean;
}

export class HostServer {
  readonly #server: Server;
  readonly #plugin: { readonly id: string; readonly folder: string };
  readonly #pages: PageOptions[] = [];
  /** Where calls of the data source go; without one they are answered with 502. */
  target: ProxyTarget | undefined;

  private constructor(server: Server, pluginFolder: string) {
    this.#server = server;
    const { id } = JSON.parse(readFileSync(join(pluginFolder, "plugin.json"), "utf8")) as { id: string };
    this.#plugin = { id, folder: pluginFolder };
  }

  /** `pluginFolder`: what a plugin's build has written. */
  static async start(pluginFolder: string): Promise<HostServer> {
    const server = createServer();
    const host = new HostServer(server, pluginFolder);
    server.on("request", (call, answer) => {
      host.#answer(call, answer).catch((error: Error) => answer.writeHead(500).end(error.stack));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return host;
  }

  /** The address of a page. */
  page(options: PageOptions): URL {
    const number = this.#pages.push(options) - 1;
    const { port } = this.#server.address() as AddressInfo;
    return new URL(`http://127.0.0.1:${port}${options.belowSubPath ? SUB_PATH : ""}/page/${number}`);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  async #answer(call: IncomingMessage, answer: ServerResponse): Promise<void> {
    const { pathname, search } = new URL(call.url ?? "/", "http://loopback");
    const path = pathname.startsWith(`${SUB_PATH}/`) ? pathname.slice(SUB_PATH.length) : pathname;
    const proxied = path.split(`/api/datasources/proxy/uid/${DATA_SOURCE_UID}/`)[1];
    if (proxied !== undefined) {
      if (this.target === undefined) answer.writeHead(502).end();
      else passOn(call, answer, `/${proxied}${search}`, this.target);
      return;
    }
    const page = /^\/page\/(\d+)$/.exec(path);
    const options = page && this.#pages[Number(page[1])];
    if (options) return this.#sendPage(options, answer);
    const file = this.#fileOf(path);
    const bytes = file === undefined ? undefined : await readFile(file).catch(() => undefined);
    if (bytes === undefined) {
      answer.writeHead(404).end();
      return;
    }
    const type = TYPES[extname(path)] ?? "application/octet-stream";
    answer.writeHead(200, { "content-type": type, "cache-control": "no-store" }).end(bytes);
  }

  #sendPage(options: PageOptions, answer: ServerResponse): void {
    const { view, host = "r19", jsonData = {}, theme = "dark", policy = "none" } = options;
    const appSubUrl = options.belowSubPath ? SUB_PATH : "";
    const folder = join(FOLDER, "build", host);
    const { version } = JSON.parse(readFileSync(join(folder, "host.json"), "utf8")) as { version: string };
    const plugin = { id: this.#plugin.id, jsonData };
    const settings = { appSubUrl, theme, grafanaVersion: version, plugin, view };
    const csp = policyHeader(policy, NONCE);
    answer
      .writeHead(200, { "content-type": "text/html", ...(csp && { "content-security-policy": csp }) })
      .end(documentOf(settings, folder, `${appSubUrl}/build/${host}`, NONCE));
  }

  #fileOf(path: string): string | undefined {
    const below = (prefix: string, folder: string) =>
      path.startsWith(prefix) ? join(folder, normalize(`/${path.slice(prefix.length)}`)) : undefined;
    const icons = join(FOLDER, "hosts/r19/node_modules/@grafana/ui/dist/public/img/icons");
    return (
      fontFile(path) ??
      below("/build/", join(FOLDER, "build")) ??
      below("/systemjs/", join(FOLDER, "node_modules/systemjs/dist")) ??
      below(`/public/plugins/${this.#plugin.id}/`, this.#plugin.folder) ??
      below("/public/build/img/icons/", icons) ??
      below("/public/img/icons/", icons)
    );
  }
}
