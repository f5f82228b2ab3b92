// The same build of the plugin runs in the oldest and the newest Grafana that it is made for.

import { expect, test } from "vitest";
import { waitFor } from "../../e2e/harness/wait.ts";
import { PcpBackend } from "../harness/backend.ts";
import { edit, panel, show } from "../harness/dashboards.ts";
import { describeWithPcp } from "../harness/describe.ts";
import { readsOf, TICKS } from "../harness/scripts.ts";
import { useSetting } from "../harness/setting.ts";

/** Folders of `hosts`, with the React that they bring. */
const HOSTS = [
  { host: "r18old", grafana: "11.1", react: "18." },
  { host: "r18", grafana: "13.0", react: "18." },
  { host: "r19", grafana: "13.2", react: "19." },
] as const;

describeWithPcp("hosts", () => {
  const setting = useSetting(() => PcpBackend.start());

  test.each(HOSTS)("Grafana $grafana draws every kind of panel", async ({ host, react }) => {
    const expr = readsOf(setting.load.comm, 4321);
    const page = await setting.open({
      host,
      view: show(
        panel(1, "timeseries", { expr, format: "timeseries", maps: ["@ticks", "@reads"] }),
        panel(2, "heatmap", { expr, format: "heatmap" }),
        panel(3, "table", { expr, format: "table", maps: ["@by"] }),
        panel(4, "flamegraph", { expr, format: "flamegraph" }),
      ),
    });
    expect(await page.reactVersion()).toMatch(new RegExp(`^${react.replace(".", "\\.")}`));
    await page.waitForPanel(1, "ticks", ({ frames }) =>
      frames.some(({ fields }) => (fields[1]?.length ?? 0) > 2),
    );
    await setting.load.reads(100, 4321);
    await setting.load.busy(1);
    await waitFor(
      "the table's text",
      () => page.panelText(3),
      (text) => text.includes(setting.load.comm),
    );
    for (const id of [1, 2, 4]) await page.waitUntilDrawn(id);
  });

  test.each(HOSTS)("Grafana $grafana shows both editors", async ({ host }) => {
    const page = await setting.open({ host, view: edit("timeseries", { expr: TICKS }) });
    await page.editor.waitFor();
    await page.editor.waitForText(/@ticks = count\(\)/);
    await page.waitForState(/Live/);
    const settings = await setting.open({ host, view: { kind: "settings" } });
    await settings.saveAndTest();
    await waitFor(
      "the test's outcome",
      () => settings.outcome(),
      ({ status }) => status === "success",
    );
  });
});
