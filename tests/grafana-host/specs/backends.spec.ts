// The same over `bpflens serve`, and over PCP's own agent for what that supports.

import { expect, test } from "vitest";
import { waitFor } from "../../e2e/harness/wait.ts";
import { type Backend, PcpBackend, ServeBackend } from "../harness/backend.ts";
import { edit, panel, show } from "../harness/dashboards.ts";
import { describeWithPcp, describeWithServe } from "../harness/describe.ts";
import { last } from "../harness/frames.ts";
import { readsOf, TICKS } from "../harness/scripts.ts";
import { type Setting, useSetting } from "../harness/setting.ts";

describeWithServe("bpflens serve behind Grafana's proxy", () => {
  smoke(useSetting(() => ServeBackend.start()));
});

describeWithPcp(
  "PCP's own agent behind Grafana's proxy",
  () =>
    smoke(
      useSetting(() => PcpBackend.start({ agent: "python" })),
      /deregister/,
    ),
  "python",
);

/** `refused`: commands that this backend does not take, which the browser's console says. */
function smoke(setting: Setting<Backend>, refused?: RegExp): void {
  test("each format draws, and one process serves them", async () => {
    const { comm } = setting.load;
    const expr = readsOf(comm, 5_000);
    const page = await setting.open({
      view: show(
        panel(1, "timeseries", { expr, format: "timeseries", maps: ["@ticks"] }),
        panel(2, "heatmap", { expr, format: "heatmap" }),
        panel(3, "table", { expr, format: "table", maps: ["@by"] }),
        panel(4, "table", { expr, format: "csvtable" }),
        panel(5, "flamegraph", { expr, format: "flamegraph" }),
      ),
    });
    await page.waitForPanel(1, "ticks", ({ frames }) => Number(last(frames[0]?.fields[1])) > 0);
    await setting.load.reads(50, 5_000);
    await setting.load.busy(1);
    await page.waitForPanel(3, "50 reads", ({ frames }) =>
      (frames[0]?.fields ?? []).some((field) => last(field) === 50),
    );
    await page.waitForPanel(4, "printed lines", ({ frames }) => last(frames[0]?.fields[0]) === comm);
    for (const id of [1, 2, 5]) await page.waitUntilDrawn(id);
    expect(setting.backend.processes()).toHaveLength(1);
    await page.close();
    await setting.noProcessLeft();
  });

  test("the editor's state line goes live, and the test of the settings succeeds", async () => {
    const page = await setting.open({ view: edit("timeseries", { expr: TICKS }) });
    await page.waitForState(/Live/);
    if (refused) setting.expectComplaints(refused);
    const settings = await setting.open({ view: { kind: "settings" } });
    await settings.saveAndTest();
    await waitFor(
      "success",
      () => settings.outcome(),
      ({ status }) => status === "success",
    );
  });
}
