// Every format draws values that a known load explains; panels with one script share one process.

import { expect, test } from "vitest";
import { waitFor } from "../../e2e/harness/wait.ts";
import { PcpBackend } from "../harness/backend.ts";
import { panel, show, showLong } from "../harness/dashboards.ts";
import { describeWithPcp } from "../harness/describe.ts";
import { fieldOf, last, rateTotal, total } from "../harness/frames.ts";
import { readsOf } from "../harness/scripts.ts";
import { useSetting } from "../harness/setting.ts";

const SIZE = 3_000;
const READS = 310;

describeWithPcp("formats", () => {
  const setting = useSetting(() => PcpBackend.start());

  test("a known load stands in each of them, and in the text of the table", async () => {
    const { comm } = setting.load;
    const expr = readsOf(comm, SIZE);
    const page = await setting.open({
      view: showLong(
        panel(1, "timeseries", { expr, format: "timeseries", maps: ["@reads"] }),
        panel(2, "heatmap", { expr, format: "heatmap" }),
        panel(3, "table", { expr, format: "table", maps: ["@by"] }),
        panel(4, "table", { expr, format: "csvtable" }),
        panel(5, "flamegraph", { expr, format: "flamegraph" }),
        panel(6, "timeseries", { expr, format: "timeseries", maps: ["@ticks"] }),
      ),
    });
    await page.waitForPanel(6, "the script runs", ({ frames }) => (frames[0]?.fields[1]?.length ?? 0) > 2);
    expect(setting.backend.processes()).toHaveLength(1);
    // What a bucket had at first has no rate, so it must be there before the reads that are looked for.
    await setting.load.reads(10, SIZE);
    await page.waitForPanel(3, "the first reads", ({ frames }) => frames[0]?.fields[0]?.length === 1);
    const { packets } = await page.waitForPanel(2, "a heat map", ({ frames }) => frames.length > 0);
    await page.waitForPanel(2, "two more packets", (now) => now.packets >= packets + 2);
    await setting.load.reads(READS - 10, SIZE);
    await setting.load.busy(2);

    const table = await page.waitForPanel(3, `${READS} reads`, ({ frames }) =>
      (frames[0]?.fields ?? []).some((field) => last(field) === READS),
    );
    expect(table.frames[0]?.fields.map(last)).toEqual([comm, SIZE, READS]);
    await waitFor(
      "the table's text",
      () => page.panelText(3),
      (text) => text.includes("310"),
    );

    const series = await page.waitForPanel(1, `${READS} reads in its rates`, ({ frames }) =>
      near(rateTotal(frames[0]), READS),
    );
    expect(series.frames[0]?.fields[1]?.label).toContain("reads");

    const heat = await page.waitForPanel(2, `${READS - 10} reads in its cells`, ({ frames }) =>
      frames.some((frame) => total(fieldOf(frame, "count") ?? fieldOf(frame, "value")) >= READS - 10),
    );
    const cells = heat.frames[0];
    expect(cells?.kind).toBe("heatmap-cells");
    const filled = (fieldOf(cells, "count") ?? fieldOf(cells, "value"))?.values.flatMap((count, i) =>
      count ? [i] : [],
    );
    const bounds = filled?.map((i) => [fieldOf(cells, "yMin")?.values[i], fieldOf(cells, "yMax")?.values[i]]);
    expect(new Set(bounds?.map(String))).toEqual(new Set(["2048,4096"]));

    const csv = await page.waitForPanel(
      4,
      "the printed lines",
      ({ frames }) => (frames[0]?.fields.length ?? 0) === 2,
    );
    expect(csv.frames[0]?.fields.map(last)).toEqual([comm, SIZE]);

    const flame = await page.waitForPanel(
      5,
      "stacks",
      ({ frames }) => Number(frames[0]?.fields[1]?.values[0]) > 50,
    );
    const [root] = fieldOf(flame.frames[0], "value")?.values ?? [];
    // 99 a second of a processor for two seconds.
    expect(root).toBeLessThan(400);
    expect(fieldOf(flame.frames[0], "label")?.values.some((name) => String(name).includes("read"))).toBe(
      true,
    );
    for (const id of [1, 2, 5]) await page.waitUntilDrawn(id);
    expect(setting.backend.processes()).toHaveLength(1);

    await page.close();
    await setting.noProcessLeft();
  });

  test("frames keep their structure and the range moves on while data streams", async () => {
    const expr = "interval:ms:100 { @ticks = count(); }";
    const page = await setting.open({ view: show(panel(1, "timeseries", { expr, format: "timeseries" })) });
    const first = await page.waitForPanel(1, "data", ({ frames }) => (frames[0]?.fields[1]?.length ?? 0) > 2);
    const later = await page.waitForPanel(
      1,
      "five more packets",
      ({ packets }) => packets >= first.packets + 5,
    );
    expect(later.state).toBe("Streaming");
    expect(later.structures).toBe(first.structures);
    expect(later.to).toBeGreaterThan(first.to);
    // Its two ends are reckoned one after the other.
    expect(later.to - later.from).toBeGreaterThanOrEqual(60_000);
    expect(later.to - later.from).toBeLessThan(61_000);
    // A busy host may hold back single prints.
    await page.waitForPanel(1, "ten ticks a second, drawn as the rate that they are", ({ frames }) => {
      const rate = Number(last(frames[0]?.fields[1]));
      return rate > 9 && rate < 11;
    });
  });
});

function near(value: number, wanted: number): boolean {
  return Math.abs(value - wanted) < 0.5;
}
