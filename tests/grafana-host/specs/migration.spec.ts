// A dashboard of grafana-pcp's bpftrace data source, whose queries are as that stored them, moves by a change of its data
// source alone.

import { expect, test } from "vitest";
import { waitFor } from "../../e2e/harness/wait.ts";
import { PcpBackend } from "../harness/backend.ts";
import { describeWithPcp } from "../harness/describe.ts";
import { last } from "../harness/frames.ts";
import { useSetting } from "../harness/setting.ts";
import type { PanelView } from "../page/observed.ts";
import type { Dashboard } from "../server/page_settings.ts";

describeWithPcp("migration", () => {
  const setting = useSetting(() => PcpBackend.start());

  test("queries of grafana-pcp draw unchanged", async () => {
    const { comm } = setting.load;
    const page = await setting.open({ view: { kind: "dashboard", dashboard: storedBy(comm) } });
    await page.waitForPanel(1, "the line, named by its old legend format", ({ frames }) =>
      frames.some(({ fields }) => fields[1]?.label === "ticks of x" && Number(last(fields[1])) > 0),
    );
    // Each panel has a script of its own, and nobody knows when its probe is attached.
    const afterReads = (id: number, what: string, accept: (frames: PanelView["frames"]) => boolean) =>
      waitFor(
        what,
        async () => {
          await setting.load.reads(1, 7_000);
          return page.panel(id);
        },
        (panel) => panel !== undefined && accept(panel.frames),
      );
    await afterReads(2, "cells", ([frame]) => frame?.kind === "heatmap-cells");
    await afterReads(3, "a count by command", ([frame]) => {
      const [command, count] = frame?.fields ?? [];
      return last(command) === comm && Number(last(count)) > 0;
    });
    await afterReads(4, "printed lines", ([frame]) => last(frame?.fields[0]) === comm);
    await setting.load.busy(1);
    await page.waitUntilDrawn(5);
    expect((await page.panel(1))?.errors).toEqual([]);
  });
});

/** As grafana-pcp 5 and 6 have written it. */
function storedBy(comm: string): Dashboard {
  const ofReads = `tracepoint:syscalls:sys_enter_read /comm == "${comm}" && args->count == 7000/`;
  const old = (id: number, type: string, query: object): Dashboard["panels"][number] => ({
    id,
    title: `Stored ${id}`,
    type,
    gridPos: { x: 0, y: 0, w: 12, h: 9 },
    targets: [{ refId: "A", url: "", hostspec: "", options: { rateConversion: true }, ...query }],
  });
  return {
    title: "Of grafana-pcp",
    time: { from: "now-5m", to: "now" },
    refresh: "5s",
    panels: [
      old(1, "timeseries", {
        expr: "interval:ms:100 { @x = count(); }",
        format: "time_series",
        legendFormat: "ticks of $metric0",
      }),
      old(2, "heatmap", { expr: `${ofReads} { @sizes = hist(args->count); }`, format: "heatmap" }),
      old(3, "table", { expr: `${ofReads} { @by[comm] = count(); }`, format: "metrics_table" }),
      old(4, "table", {
        expr: `BEGIN { printf("COMM,SIZE\\n"); }\n${ofReads} { printf("%s,%d\\n", comm, args->count); }`,
        format: "csv_table",
      }),
      old(5, "flamegraph", {
        expr: `profile:hz:99 /comm == "${comm}"/ { @stacks[kstack(16)] = count(); }`,
        format: "flamegraph",
      }),
    ],
  };
}
