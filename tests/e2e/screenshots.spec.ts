// Takes a picture of each format from real data. With BPFLENS_SCREENSHOTS=1 they become those of the documentation.

import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";
import type { FormatName, Lens } from "./harness/lens.ts";
import { Load } from "./harness/load.ts";
import { describeEndToEnd } from "./harness/requirements.ts";
import { useSetting } from "./harness/setting.ts";
import { sleep } from "./harness/wait.ts";

/** The pictures differ each time, so they replace those of the documentation only when that is wanted. */
const KEEPS = process.env.BPFLENS_SCREENSHOTS === "1";
const IMAGES = KEEPS
  ? fileURLToPath(new URL("../../docs/img/", import.meta.url))
  : mkdtempSync(join(tmpdir(), "bpflens-img-"));
/** For the documentation long enough to fill the charts. */
const RECORDING_MILLIS = KEEPS ? 55_000 : 4_000;

const PICTURES: readonly { format: FormatName; title: string; map: string }[] = [
  { format: "timeseries", title: "System calls by command", map: "@syscalls" },
  { format: "heatmap", title: "Run queue latency", map: "@usecs" },
  { format: "table", title: "Opened files", map: "@opens" },
  { format: "flamegraph", title: "On-CPU kernel stacks", map: "@stacks" },
];

describeEndToEnd("screenshots", () => {
  const setting = useSetting();
  const reader = new Load("reader");
  afterAll(() => {
    reader.remove();
    if (!KEEPS) rmSync(IMAGES, { recursive: true });
  });

  test.each(PICTURES)("$format", { timeout: 120_000 }, async ({ format, title, map }) => {
    const lens = await setting.browser.open(setting.server.url, { colorScheme: "light" });
    await lens.page.setViewportSize({ width: 1400, height: 700 });
    await lens.page.getByTestId("gallery").selectOption({ label: title });
    await lens.page.getByTestId("window").selectOption("1");
    await lens.run();
    const end = Date.now() + RECORDING_MILLIS;
    await lens.waitForCard(map);
    await lens.chooseFormat(map, format);
    if (format === "table") await lens.page.getByTestId("table-filter").fill("/etc/");
    while (Date.now() < end) await oneWave();
    expect(await lens.format(map)).toBe(format);
    await picture(lens, format);
    await lens.page.getByTestId("theme").selectOption("dark");
    await sleep(1_200);
    await picture(lens, `${format}-dark`);
  });

  /** A few seconds of load and a pause, so that the pictures have a shape. */
  async function oneWave(): Promise<void> {
    await Promise.all([reader.busy(2), reader.reads(40_000, 512), listFiles()]);
    await sleep(1_500);
  }

  /** Programs that open files everybody knows. A file that vanishes meanwhile makes them fail with 1. */
  async function listFiles(): Promise<void> {
    const listed = promisify(execFile)("find", [
      "/etc",
      "-maxdepth",
      "2",
      "-type",
      "f",
      "-size",
      "-8k",
      "-exec",
      "head",
      "-c1",
      "{}",
      "+",
    ]);
    await listed.catch((error: { code?: unknown }) => {
      if (error.code !== 1) throw error;
    });
  }

  async function picture(lens: Lens, name: string): Promise<void> {
    await lens.page.mouse.move(700, 5);
    await lens.page.screenshot({ path: join(IMAGES, `${name}.png`) });
  }
});
