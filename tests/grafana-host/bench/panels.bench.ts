// What four streaming panels cost the page: main-thread time a second, beside the same page with panels that have no query.

import { expect, test } from "vitest";
import { sleep } from "../../e2e/harness/wait.ts";
import { PcpBackend } from "../harness/backend.ts";
import { panel, show } from "../harness/dashboards.ts";
import { describeWithPcp } from "../harness/describe.ts";
import type { GrafanaPage } from "../harness/grafana_page.ts";
import { useSetting } from "../harness/setting.ts";
import type { View } from "../server/page_settings.ts";

/** Four kinds of panel on scheduler events: values come with every print, once a second. */
const SCRIPT = `tracepoint:sched:sched_switch {
  @switches[args->next_comm] = count();
  @priorities = lhist(args->next_prio, 80, 140, 5);
}
profile:hz:99 { @stacks[kstack(16)] = count(); }`;
const RUNS = 5;
const RUN_MILLIS = 10_000;
/** Milliseconds a second that four panels may take. */
const BOUND_MILLIS = 60;

describeWithPcp("bench", () => {
  const setting = useSetting(() => PcpBackend.start());

  test("four streaming panels", { timeout: 300_000 }, async () => {
    const full = await setting.open({ view: streaming(SCRIPT) });
    for (const id of [1, 2, 3, 4]) await full.waitForPanel(id, "data", ({ packets }) => packets > 5);
    const streamed = await measure(full);
    await full.close();
    const empty = await setting.open({ view: streaming("") });
    const alone = await measure(empty);
    const perSecond = median(streamed.map(({ taskMillis }) => taskMillis));
    process.stdout.write(
      [
        `four panels: ${perSecond.toFixed(1)} ms of main thread a second (${RUNS} runs of ${RUN_MILLIS / 1000} s: ` +
          `${streamed.map(({ taskMillis }) => taskMillis.toFixed(0)).join(" ")})`,
        `of it script: ${median(streamed.map(({ scriptMillis }) => scriptMillis)).toFixed(1)} ms`,
        `heap: ${median(streamed.map(({ heapMegabytes }) => heapMegabytes)).toFixed(0)} MB`,
        `empty panels: ${median(alone.map(({ taskMillis }) => taskMillis)).toFixed(1)} ms a second`,
        "",
      ].join("\n"),
    );
    expect(perSecond).toBeLessThanOrEqual(BOUND_MILLIS);
  });
});

function streaming(expr: string): View {
  return show(
    panel(1, "timeseries", { expr, format: "timeseries", maps: ["@switches"] }),
    panel(2, "heatmap", { expr, format: "heatmap", maps: ["@priorities"] }),
    panel(3, "table", { expr, format: "table", maps: ["@switches"] }),
    panel(4, "flamegraph", { expr, format: "flamegraph", maps: ["@stacks"] }),
  );
}

interface Cost {
  readonly taskMillis: number;
  readonly scriptMillis: number;
  readonly heapMegabytes: number;
}

/** Costs a second of each run, by Chromium's own counters. */
async function measure({ page }: GrafanaPage): Promise<Cost[]> {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  const read = async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    const value = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? Number.NaN;
    return {
      time: value("Timestamp"),
      task: value("TaskDuration"),
      script: value("ScriptDuration"),
      heap: value("JSHeapUsedSize"),
    };
  };
  const costs: Cost[] = [];
  for (let run = 0; run < RUNS; run++) {
    const before = await read();
    await sleep(RUN_MILLIS);
    const after = await read();
    const seconds = after.time - before.time;
    costs.push({
      taskMillis: ((after.task - before.task) * 1000) / seconds,
      scriptMillis: ((after.script - before.script) * 1000) / seconds,
      heapMegabytes: after.heap / 1e6,
    });
  }
  await session.detach();
  return costs;
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
