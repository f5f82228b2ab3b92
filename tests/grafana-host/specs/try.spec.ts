import { test } from "vitest";
import { PcpBackend } from "../harness/backend.ts";
import { panel, show } from "../harness/dashboards.ts";
import { useSetting } from "../harness/setting.ts";

const setting = useSetting(() => PcpBackend.start());
test.each(["r19", "r18", "r18old"])("try %s", async (host) => {
  setting.expectComplaints(/.*/);
  const page = await setting.open({
    host,
    view: show(panel(1, "timeseries", { expr: "tracepoint:sched:sched_switch { @[comm] = count(); }" }), panel(2, "table", { expr: "tracepoint:sched:sched_switch { @[comm] = count(); }", format: "table" })),
  });
  console.log(await page.reactVersion());
  await page.waitForPanel(1, "data", (p) => (p.frames[0]?.fields[1]?.length ?? 0) > 5);
  await page.page.screenshot({ path: `/tmp/gh/try-${host}.png` });
  console.log(setting.browser.complaints);
});
