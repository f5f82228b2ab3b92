// What every spec file needs: one server and one browser, tabs closed after each spec, no complaint left over.

import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { TestBrowser } from "./browser.ts";
import { Load } from "./load.ts";
import { Server } from "./server.ts";

export interface Setting {
  server: Server;
  browser: TestBrowser;
  load: Load;
}

/** Call inside `describe`; the fields are there once the specs run. */
export function useSetting(): Setting {
  const setting = {} as Setting;
  beforeAll(async () => {
    setting.load = new Load();
    setting.server = await Server.start();
    setting.browser = await TestBrowser.start();
  });
  afterEach(async () => {
    await setting.browser.closeTabs();
    expect(setting.browser.complaints.splice(0), "the browser's console").toEqual([]);
  });
  afterAll(async () => {
    await setting.browser?.stop();
    await setting.server?.stop();
    setting.load?.remove();
  });
  return setting;
}

/**
 * Appended to a script, so that a spec knows when its probes are attached: bpftrace attaches in order, so once
 * `@beat` has a value all probes before it count.
 */
export const HEARTBEAT = "interval:ms:200 { @beat = count(); }\n";
