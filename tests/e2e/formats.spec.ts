// Each format shows exactly the values that a known load causes.

import { expect, test } from "vitest";
import type { Lens } from "./harness/lens.ts";
import { describeEndToEnd } from "./harness/requirements.ts";
import { allShown, runWithHeartbeat, useSetting } from "./harness/setting.ts";
import { waitFor } from "./harness/wait.ts";

describeEndToEnd("formats", () => {
  const setting = useSetting();
  let runs = 0;

  /** Opens the page, runs the script and returns when all its probes are attached. */
  async function openWith(script: string): Promise<Lens> {
    const lens = await setting.browser.open(setting.server.url);
    // The same text would be the same script, which may still run for the spec before and have its counts.
    runs += 1;
    await runWithHeartbeat(lens, `// run ${runs}\n${script}`);
    return lens;
  }

  /** Predicate for reads of this size by the load. */
  const readsOf = (size: number) => `/comm == "${setting.load.comm}" && args->count == ${size}/`;

  test("time series: a counter rises by exactly the number of reads", async () => {
    const lens = await openWith(`tracepoint:syscalls:sys_enter_read ${readsOf(1)} { @reads = count(); }\n`);
    await setting.load.reads(5000, 1);
    await lens.waitForCard("@reads");
    await lens.showAbsolute("@reads");
    await waitFor(
      "5000 reads",
      () => lens.singleValue("@reads"),
      (value) => value === 5000,
    );
    await setting.load.reads(1234, 1);
    await waitFor(
      "1234 more",
      () => lens.singleValue("@reads"),
      (value) => value === 6234,
    );
  });

  test("time series: a rate is the same reads per second, and falls to zero", async () => {
    const lens = await openWith(`tracepoint:syscalls:sys_enter_read ${readsOf(1)} { @reads = count(); }\n`);
    await setting.load.reads(100, 1);
    await lens.waitForCard("@reads");
    await waitFor(
      "a rate of zero",
      () => lens.singleValue("@reads"),
      (value) => value === 0,
    );
    // The reads may fall into two polls, so no single rate is exact. The rate of one burst stays for a single poll,
    // which a busy machine may miss, so bursts go on until one is seen.
    await waitFor(
      "a rate of hundreds",
      async () => {
        await setting.load.reads(3000, 1);
        return lens.singleValue("@reads");
      },
      (value) => (value ?? 0) > 500,
    );
    await waitFor(
      "zero again",
      () => lens.singleValue("@reads"),
      (value) => value === 0,
    );
  });

  test("heat map: its counts rise by exactly the number of reads, in the bucket of their size", async () => {
    const ranAt = Date.now();
    const lens = await openWith(
      `tracepoint:syscalls:sys_enter_read /comm == "${setting.load.comm}" && (args->count == 1 || args->count == 3000)/ { @sizes = hist(args->count); }\n`,
    );
    await setting.load.reads(10, 1);
    await setting.load.reads(10, 3000);
    await lens.waitForCard("@sizes");
    await expect.poll(() => lens.format("@sizes")).toBe("heatmap");
    await allShown(lens, ranAt);
    const before = await lens.heatTotal("@sizes");
    await setting.load.reads(300, 1);
    await setting.load.reads(200, 3000);
    await waitFor(
      "500 more",
      () => lens.heatTotal("@sizes"),
      (total) => total === before + 500,
    );
    await lens.chooseFormat("@sizes", "table");
    await waitFor(
      "the buckets",
      () => lens.rows("@sizes"),
      (rows) => ["310", "210"].every((count) => rows.some((row) => row.includes(count))),
    );
  });

  test("table: a row for each key with its exact count", async () => {
    const lens = await openWith(
      `tracepoint:syscalls:sys_enter_read ${readsOf(7)} { @reads[comm, args->count] = count(); }\n`,
    );
    await setting.load.reads(4321, 7);
    await lens.waitForCard("@reads");
    await lens.chooseFormat("@reads", "table");
    const expected = [setting.load.comm, "7", "4,321"];
    await waitFor(
      "the row",
      () => lens.rows("@reads"),
      (rows) => JSON.stringify(rows) === JSON.stringify([expected]),
    );
    await lens.card("@reads").getByTestId("table-filter").fill("no such command");
    await waitFor(
      "an empty table",
      () => lens.rows("@reads"),
      (rows) => rows.length === 0,
    );
  });

  test("table: stats() of a key in three columns", async () => {
    const lens = await openWith(
      `tracepoint:syscalls:sys_enter_read ${readsOf(9)} { @sizes[comm] = stats(args->count); }\n`,
    );
    await setting.load.reads(1000, 9);
    await lens.waitForCard("@sizes");
    await lens.chooseFormat("@sizes", "table");
    const expected = ["1,000", "9", "9,000", setting.load.comm].sort();
    await waitFor(
      "the row",
      async () => (await lens.rows("@sizes")).map((row) => row.sort()),
      (rows) => JSON.stringify(rows) === JSON.stringify([expected]),
    );
  });

  test("table: printed lines", async () => {
    const lens = await openWith(
      `tracepoint:syscalls:sys_enter_read ${readsOf(11)} { printf("%s reads %d\\n", comm, args->count); }\n`,
    );
    await setting.load.reads(3, 11);
    await lens.waitForCard("output");
    const line = `${setting.load.comm} reads 11`;
    await waitFor(
      "three lines",
      () => lens.cardText("output"),
      (text) => text.split(line).length === 4,
    );
  });

  test("flame graph: the sampled stacks of a busy command, with search and zoom", async () => {
    const ranAt = Date.now();
    const lens = await openWith(
      `profile:hz:99 /comm == "${setting.load.comm}"/ { @stacks[kstack(16)] = count(); }\n`,
    );
    await setting.load.busy(4);
    await lens.waitForCard("@stacks");
    await expect.poll(() => lens.format("@stacks")).toBe("flamegraph");
    // Samples that come later would add frames between the two counts below.
    await allShown(lens, ranAt);
    const samples = await lens.flameSamples("@stacks");
    expect(samples).toBeGreaterThan(150);
    // 99 a second on one processor; the window may end a little later than the load.
    expect(samples).toBeLessThan(99 * 6);
    const frames = await lens.flameFrames("@stacks");
    expect(frames.some((name) => name.includes("read"))).toBe(true);

    // Not just the first frame: a stack that was sampled once or twice is too narrow to be hit.
    await lens.card("@stacks").locator("g.frame[name*=read]").first().click();
    await lens.card("@stacks").getByRole("button", { name: "Reset zoom" }).click();
    await waitFor(
      "all frames again",
      () => lens.flameFrames("@stacks"),
      (shown) => shown.length === frames.length,
    );
  });
});
