// The dashboards that come with the plugin: each of their panels gets values.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "vitest";
import { PcpBackend } from "../harness/backend.ts";
import { describeWithPcp } from "../harness/describe.ts";
import { PLUGIN_FOLDER, useSetting } from "../harness/setting.ts";
import type { PanelView } from "../page/observed.ts";
import type { Dashboard } from "../server/page_settings.ts";

const NAMES = ["system_analysis", "flame_graphs"];
/** Many scripts start at once, and each takes a processor for a while. */
const PATIENCE_MILLIS = 100_000;

describeWithPcp("dashboards of the plugin", () => {
  const setting = useSetting(() => PcpBackend.start());

  test.each(NAMES)("each panel of %s gets values", { timeout: 3 * PATIENCE_MILLIS }, async (name) => {
    const { load } = setting;
    const stored = readFileSync(join(PLUGIN_FOLDER, "dashboards", `${name}.json`), "utf8");
    // bpftrace takes minutes to read the symbols of all that a busy host runs: here samples are those of the load.
    const ofTheLoad = stored.replaceAll("/pid != 0/", `/comm == \\"${load.comm}\\"/`);
    const dashboard = JSON.parse(ofTheLoad) as Dashboard;
    const page = await setting.open({ view: { kind: "dashboard", dashboard } });
    let isOver = false;
    const makeLoad = async () => {
      while (!isOver) await Promise.all([load.variety(), load.busy(1)]);
    };
    const making = makeLoad();
    try {
      for (const { id, title } of dashboard.panels)
        await page.waitForPanel(id, title, hasValues, PATIENCE_MILLIS);
    } finally {
      isOver = true;
      await making;
    }
    await page.close();
    // Under this load the host may owe the page an answer just then: without a connection no lease is returned, and the
    // scripts end when nobody has asked for them for a minute.
    await setting.noProcessLeft(PATIENCE_MILLIS);
  });
});

/** Counts or texts beside the times; a flame graph's first value is that of all its samples. */
function hasValues({ errors, frames }: PanelView): boolean {
  const values = frames.flatMap(({ fields }) => fields.slice(1).map((field) => field.values));
  const isValue = (value: unknown) => Number(value) > 0 || (Number.isNaN(Number(value)) && value !== "all");
  return errors.length === 0 && values.flat().some(isValue);
}
