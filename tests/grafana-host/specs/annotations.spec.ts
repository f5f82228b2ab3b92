// A dashboard marks when scripts were started, stopped, and failed.

import { test } from "vitest";
import { ATTEMPT_MILLIS, untilDone } from "../../e2e/harness/attempts.ts";
import { PcpBackend } from "../harness/backend.ts";
import { dashboardOf, panel } from "../harness/dashboards.ts";
import { describeWithPcp } from "../harness/describe.ts";
import { TICKS } from "../harness/scripts.ts";
import { useSetting } from "../harness/setting.ts";

describeWithPcp("annotations", () => {
  const setting = useSetting(() => PcpBackend.start());

  test("mark that a script was started, stopped, and that another one failed", async () => {
    const annotations = { list: [{ name: "Scripts", enable: true, iconColor: "blue" }] };
    const dashboard = { ...dashboardOf(panel(1, "timeseries", { expr: TICKS })), annotations };
    const page = await setting.open({ view: { kind: "dashboard", dashboard, editPanel: 1 } });
    // Each run asks once, and what it asks for may come a moment later.
    const marked = (pattern: RegExp) =>
      untilDone(`the mark ${pattern}`, async () => {
        await page.page.getByRole("button", { name: "Run queries" }).click({ timeout: ATTEMPT_MILLIS });
        await page.waitForText("[data-testid=annotations]", pattern, ATTEMPT_MILLIS);
      });
    await page.editor.waitFor();
    await page.waitForState(/Live/);
    await marked(/Script started: interval:ms:100 \{ @ticks/);

    await page.page.getByRole("button", { name: "Stop" }).click();
    await page.waitForState(/Not running/);
    await marked(/Script stopped: interval:ms:100 \{ @ticks/);

    setting.expectComplaints(/status of 400/);
    await page.editor.write("tracepoint:syscalls:sys_enter_read { @x = args->nosuch; }");
    await page.waitForState(/nosuch/);
    await marked(/Script failed: tracepoint:syscalls:sys_enter_read.*nosuch/);
  });
});
