// Takes the pictures of the documentation from real data; only with BPFLENS_SCREENSHOTS=1, as they change each time.

import { fileURLToPath } from "node:url";
import { describe, test } from "vitest";
import type { FormatName, Lens } from "./harness/lens.ts";
import { describeEndToEnd } from "./harness/requirements.ts";
import { useSetting } from "./harness/setting.ts";
import { sleep } from "./harness/wait.ts";

const IMAGES = new URL("../../docs/img/", import.meta.url);
/** Long enough for charts that show something. */
const RECORDING_MILLIS = 55_000;

const PICTURES: readonly { format: FormatName; title: string; map: string }[] = [
  { format: "timeseries", title: "System calls by command", map: "@syscalls" },
  { format: "heatmap", title: "Run queue latency", map: "@usecs" },
  { format: "table", title: "Opened files", map: "@opens" },
  { format: "flamegraph", title: "On-CPU kernel stacks", map: "@stacks" },
];

describe.skipIf(process.env.BPFLENS_SCREENSHOTS !== "1")("with BPFLENS_SCREENSHOTS=1", () => {
  describeEndToEnd("screenshots", () => {
    const setting = useSetting();

    test.each(PICTURES)("$format", { timeout: 120_000 }, async ({ format, title, map }) => {
      const lens = await setting.browser.open(setting.server.url, { colorScheme: "light" });
      await lens.page.getByTestId("gallery").selectOption({ label: title });
      await lens.page.getByTestId("window").selectOption("1");
      await lens.run();
      const end = Date.now() + RECORDING_MILLIS;
      await lens.waitForCard(map);
      await lens.chooseFormat(map, format);
      while (Date.now() < end) await oneWave();
      await picture(lens, format);
      await lens.page.getByTestId("theme").selectOption("dark");
      await sleep(1_200);
      await picture(lens, `${format}-dark`);
    });

    /** A few seconds of load and a pause, so that the pictures have a shape. */
    async function oneWave(): Promise<void> {
      await Promise.all([setting.load.busy(2), setting.load.reads(40_000, 512)]);
      await sleep(1_500);
    }

    async function picture(lens: Lens, name: string): Promise<void> {
      await lens.page.mouse.move(700, 5);
      await lens.page.screenshot({ path: fileURLToPath(new URL(`${name}.png`, IMAGES)) });
    }
  });
});
