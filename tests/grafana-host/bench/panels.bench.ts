// What four streaming panels cost the page, beside the same panels that are fed the same frames by nothing but a timer:
// the difference is the data source's own share.

import { test } from "vitest";
import { PcpBackend } from "../harness/backend.ts";
import { panel, show } from "../harness/dashboards.ts";
import { describeWithPcp } from "../harness/describe.ts";
import type { GrafanaPage } from "../harness/grafana_page.ts";
import { useSetting } from "../harness/setting.ts";
import type { DashboardView } from "../server/page_settings.ts";
import { type Cost, costOf, median, RUN_MILLIS } from "./page_cost.ts";

/** Four kinds of panel on scheduler events: values come with every print, once a second. */
const SCRIPT = `tracepoint:sched:sched_switch {
  @switches[args->next_comm] = count();
  @priorities = lhist(args->next_prio, 80, 140, 5);
}
profile:hz:99 { @stacks[kstack(16)] = count(); }`;
const PANELS = [1, 2, 3, 4];
/** Of each page, in turns: other work on the machine drifts by minutes and meets all of them. */
const RUNS = 5;
/** After so many packets a page that was hidden streams as before. */
const WARM_UP_PACKETS = 3;
/** As many as a panel's recording holds, so that its frames are those of a stream that has run for a while. */
const RECORDED_PACKETS = 10;
/** Milliseconds a second that four panels may take. */
const BOUND_MILLIS = 60;

describeWithPcp("bench", () => {
  const setting = useSetting(() => PcpBackend.start());

  test("four streaming panels", { timeout: 600_000 }, async () => {
    const live = await setting.open({ view: streaming(SCRIPT) });
    await morePackets(live, RECORDED_PACKETS + WARM_UP_PACKETS);
    const recording = await live.recording();
    const replayed = await setting.open({ view: { ...streaming(SCRIPT), recording } });
    const costs = { live: [] as Cost[], replayed: [] as Cost[] };
    for (const page of [live, replayed]) await page.setHidden(true);
    for (let run = 0; run < RUNS; run++) {
      costs.live.push(await costWhileSeen(live));
      costs.replayed.push(await costWhileSeen(replayed));
    }
    await Promise.all([live.close(), replayed.close()]);
    const empty = await costOf(await setting.open({ view: streaming("") }));
    process.stdout.write(report(costs.live, costs.replayed, empty));
  });
});

async function costWhileSeen(page: GrafanaPage): Promise<Cost> {
  await page.setHidden(false);
  await morePackets(page, WARM_UP_PACKETS);
  const cost = await costOf(page);
  await page.setHidden(true);
  return cost;
}

async function morePackets(page: GrafanaPage, more: number): Promise<void> {
  for (const id of PANELS) {
    const before = (await page.panel(id))?.packets ?? 0;
    await page.waitForPanel(id, `${more} more packets`, ({ packets }) => packets >= before + more);
  }
}

type Millis = "taskMillis" | "processorMillis";

function report(live: Cost[], replayed: Cost[], empty: Cost): string {
  return [
    `four panels, main thread, ms a second, medians of ${RUNS} runs of ${RUN_MILLIS / 1_000} s in turns:`,
    "processor time (what other programs take is not in it)",
    ...comparison(live, replayed, empty, "processorMillis"),
    "tasks by the clock",
    ...comparison(live, replayed, empty, "taskMillis"),
    `heap: ${median(live.map(({ heapMegabytes }) => heapMegabytes)).toFixed(0)} MB`,
    "",
  ].join("\n");
}

function comparison(live: Cost[], replayed: Cost[], empty: Cost, of: Millis): string[] {
  const row = (name: string, costs: readonly Cost[]) => {
    const values = costs.map((cost) => cost[of]);
    const [middle, all] = [median(values).toFixed(1), values.map((value) => value.toFixed(0)).join(" ")];
    return `  ${name.padEnd(22)}${middle.padStart(6)}   (${all})`;
  };
  const pairs = live.map((cost, run) => [cost[of], replayed[run]?.[of] ?? Number.NaN] as const);
  const added = median(pairs.map(([ours, peer]) => ours - peer));
  const ratio = median(pairs.map(([ours, peer]) => ours / peer));
  const over = median(live.map((cost) => cost[of])) - BOUND_MILLIS;
  return [
    row("data source", live),
    row("replayed frames alone", replayed),
    row("no script", [empty]),
    `  the data source adds ${added.toFixed(1)} ms: ${ratio.toFixed(2)} times the frames alone`,
    `  bar ${BOUND_MILLIS} ms: ${over > 0 ? `missed by ${over.toFixed(1)} ms` : "kept"}`,
  ];
}

function streaming(expr: string): DashboardView {
  return show(
    panel(1, "timeseries", { expr, format: "timeseries", maps: ["@switches"] }),
    panel(2, "heatmap", { expr, format: "heatmap", maps: ["@priorities"] }),
    panel(3, "table", { expr, format: "table", maps: ["@switches"] }),
    panel(4, "flamegraph", { expr, format: "flamegraph", maps: ["@stacks"] }),
  );
}
