// The published package in projects of strangers: a program of Node.js, a page built by vite, one built by webpack.

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Projects } from "../../web/tests/packaging/projects.ts";
import { servePage } from "./harness/page_server.ts";
import { describeEndToEnd } from "./harness/requirements.ts";
import { useSetting } from "./harness/setting.ts";
import { waitFor } from "./harness/wait.ts";

describeEndToEnd("packaging", () => {
  const setting = useSetting();
  let projects: Projects;
  beforeAll(async () => {
    projects = await Projects.install("node", "vite", "webpack");
  });
  afterAll(() => projects?.remove());

  /** The page in this folder, before the server of the specs, and what its canvas says of itself. */
  async function open(folder: string) {
    const site = await servePage(folder, setting.server);
    const { page } = await setting.browser.open(site.url);
    return { page, stop: site.stop };
  }

  async function dataset(page: Page): Promise<DOMStringMap> {
    return page.evaluate(() => ({ ...document.querySelector("canvas")?.dataset }));
  }

  /** How many pixels of the canvas are drawn on. */
  async function pixels(page: Page): Promise<number> {
    return page.evaluate(() => {
      const canvas = document.querySelector("canvas");
      const data = canvas?.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
      return [...data].filter((value, place) => place % 4 === 3 && value > 0).length;
    });
  }

  test("Node.js prints a table", async () => {
    const { url, token } = setting.server;
    const { stdout } = await promisify(execFile)("node", ["main.js", url.origin, token], {
      cwd: projects.path("node"),
    });
    const { map, columns, rows } = JSON.parse(stdout);
    expect([map, columns]).toEqual(["@ticks", ["key", "ticks"]]);
    expect(rows.map(([key]: [string]) => key).sort()).toEqual(["a", "b"]);
    for (const [, count] of rows) expect(count).toBeGreaterThan(0);
  });

  test("a page of vite draws a line", async () => {
    const { page, stop } = await open(await projects.buildVite());
    await expect.poll(() => page.locator("#analysis").innerText()).toBe("@ticks value counter");
    const { unit } = await waitFor(
      "about ten ticks a second",
      () => dataset(page),
      ({ latest }) => Math.abs(Number(latest) - 10) < 2,
    );
    expect(unit).toBe("/s");
    await expect.poll(() => pixels(page)).toBeGreaterThan(0);
    await expect.poll(() => page.title()).toBe("Live");
    await stop();
  });

  test("a page of webpack draws a heat map", async () => {
    const { page, stop } = await open(await projects.buildWebpack());
    await expect.poll(() => page.locator("#analysis").innerText()).toBe("@sizes histogram counter");
    const { buckets } = await waitFor(
      "counts",
      () => dataset(page),
      ({ total }) => Number(total) > 10,
    );
    expect(buckets).toBe('[{"low":512,"high":1023}]');
    await expect.poll(() => pixels(page)).toBeGreaterThan(0);
    await stop();
  });
});
