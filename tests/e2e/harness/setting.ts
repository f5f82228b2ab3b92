// What every spec file needs: one server and one browser, tabs closed after each spec, no complaint left over.

import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { TestBrowser } from "./browser.ts";
import type { Lens } from "./lens.ts";
import { Load } from "./load.ts";
import { Server, type ServerOptions } from "./server.ts";
import { waitFor } from "./wait.ts";

export interface Setting {
  server: Server;
  browser: TestBrowser;
  load: Load;
  /** Starts a server that belongs to this spec alone: nothing that another spec left is below it. */
  startServer(options?: ServerOptions): Promise<Server>;
  /** From here to its end this spec makes the browser complain like that. */
  expectComplaints(pattern: RegExp): void;
}

/** Call inside `describe`; the fields are there once the specs run. */
export function useSetting(): Setting {
  const ownServers: Server[] = [];
  let expected: RegExp[] = [];
  const expectNoComplaint = () => {
    const unexpected = setting.browser.complaints
      .splice(0)
      .filter((text) => !expected.some((pattern) => pattern.test(text)));
    expect(unexpected, "the browser's console").toEqual([]);
  };
  const setting = {
    async startServer(options) {
      const server = await Server.start(options);
      ownServers.push(server);
      return server;
    },
    expectComplaints(pattern) {
      expectNoComplaint();
      expected.push(pattern);
    },
  } as Setting;
  beforeAll(async () => {
    setting.load = new Load();
    setting.server = await Server.start();
    setting.browser = await TestBrowser.start();
  });
  afterEach(async () => {
    // Only a closed tab has no more to say.
    await setting.browser.closeTabs();
    for (const server of ownServers.splice(0)) await server.stop();
    try {
      expectNoComplaint();
    } finally {
      expected = [];
    }
  });
  afterAll(async () => {
    await setting.browser?.stop();
    await setting.server?.stop();
    setting.load?.remove();
  });
  return setting;
}

const BEAT_MILLIS = 200;
/**
 * Appended to a script, so that a spec knows when its probes are attached: bpftrace attaches in order, so once
 * `@beat` has a value all probes before it count.
 */
const HEARTBEAT = `interval:ms:${BEAT_MILLIS} { @beat = count(); }\n`;
/**
 * A print may be under way for as long as there is between two of them, a second, and the page may date a value up to
 * two seconds after its arrival.
 */
const PRINT_AND_DATE_MILLIS = 4_000;

/** Runs the script with the heartbeat, and returns when all its probes are attached. */
export async function runWithHeartbeat(lens: Lens, script: string): Promise<void> {
  await lens.run(script + HEARTBEAT);
  await lens.waitForState("running");
  await lens.waitForCard("@beat");
  await waitFor(
    "the heartbeat",
    () => lens.singleValue("@beat"),
    (value) => value !== undefined,
  );
}

/**
 * Returns when all that the kernel counted before this call is on screen, of a script with the heartbeat that was run
 * at `ranAt` or later: so many beats can only have been printed from now on.
 */
export async function allShown(lens: Lens, ranAt: number): Promise<void> {
  await lens.showAbsolute("@beat");
  const beats = Math.ceil((Date.now() - ranAt + PRINT_AND_DATE_MILLIS) / BEAT_MILLIS);
  await waitFor(
    `${beats} beats`,
    () => lens.singleValue("@beat"),
    (count) => (count ?? 0) >= beats,
  );
}
