// What every spec file needs: the host's server, one backend and one browser; tabs are closed after each spec, and no
// complaint may be left over.

import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { Load } from "../../e2e/harness/load.ts";
import { waitFor } from "../../e2e/harness/wait.ts";
import { HostServer, type PageOptions } from "../server/host_server.ts";
import type { Backend } from "./backend.ts";
import { HostBrowser } from "./browser.ts";
import type { GrafanaPage } from "./grafana_page.ts";

/** The plugin under test: what its build has written. */
export const PLUGIN_FOLDER = fileURLToPath(new URL("../../../grafana-datasource/dist", import.meta.url));

/** Why nothing can run here although the machine has all that is needed; undefined if it can. */
export const NOT_BUILT = whatIsNotBuilt();

function whatIsNotBuilt(): string | undefined {
  const page = fileURLToPath(new URL("../build/r19/host.js", import.meta.url));
  if (!existsSync(`${PLUGIN_FOLDER}/module.js`)) return "the plugin is not built (pkg-scripts/build-grafana)";
  return existsSync(page) ? undefined : "the host page is not built (npm run build)";
}

/** Returned leases end a process after a few seconds; a lost one after a minute and more. */
const END_LIMIT_MILLIS = 30_000;

export interface Setting<B extends Backend> {
  readonly host: HostServer;
  readonly browser: HostBrowser;
  readonly backend: B;
  readonly load: Load;
  open(options: PageOptions): Promise<GrafanaPage>;
  /** Waits until no bpftrace runs for the backend any more; by default for as long as returned leases take. */
  noProcessLeft(limitMillis?: number): Promise<void>;
  /** From here to its end this spec makes the browser complain like that. */
  expectComplaints(pattern: RegExp): void;
}

/** Call inside `describe`; the fields are there once the specs run. */
export function useSetting<B extends Backend>(startBackend: () => Promise<B>): Setting<B> {
  let expected: RegExp[] = [];
  const started = {} as { host: HostServer; browser: HostBrowser; backend: B; load: Load };
  const expectNoComplaint = () => {
    const complaints = started.browser.complaints.splice(0);
    const unexpected = complaints.filter((text) => !expected.some((pattern) => pattern.test(text)));
    // The same words about many calls are said once.
    const distinct = new Set(unexpected.map((text) => text.replace(/pmapi\/\d+/, "pmapi/CONTEXT")));
    expect([...distinct], "the browser's console").toEqual([]);
  };
  beforeAll(async () => {
    started.load = new Load();
    started.backend = await startBackend();
    started.host = await HostServer.start(PLUGIN_FOLDER);
    started.host.target = started.backend.target;
    started.browser = await HostBrowser.start();
  });
  afterEach(async () => {
    // Only a closed tab has no more to say.
    await started.browser.closeTabs();
    try {
      expectNoComplaint();
    } finally {
      expected = [];
    }
  });
  afterAll(async () => {
    await started.browser?.stop();
    await started.host?.stop();
    await started.backend?.stop();
    started.load?.remove();
  });
  return {
    get host() {
      return started.host;
    },
    get browser() {
      return started.browser;
    },
    get backend() {
      return started.backend;
    },
    get load() {
      return started.load;
    },
    open: (options) => {
      const jsonData = { hostspec: started.backend.hostspec, ...options.jsonData };
      return started.browser.open(started.host.page({ ...options, jsonData }));
    },
    async noProcessLeft(limitMillis = END_LIMIT_MILLIS) {
      await waitFor(
        "no bpftrace",
        () => started.backend.processes(),
        (pids) => pids.length === 0,
        limitMillis,
      );
    },
    expectComplaints(pattern) {
      expectNoComplaint();
      expected.push(pattern);
    },
  };
}
