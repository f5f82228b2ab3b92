// Processes live as long as somebody looks; panels come back after pmproxy, the agent or the network was away.

import { expect, test } from "vitest";
import { isBpftrace } from "../../e2e/harness/processes.ts";
import { waitFor } from "../../e2e/harness/wait.ts";
import { PcpBackend } from "../harness/backend.ts";
import { edit, panel, show } from "../harness/dashboards.ts";
import { describeWithPcp } from "../harness/describe.ts";
import type { GrafanaPage } from "../harness/grafana_page.ts";
import { TICKS } from "../harness/scripts.ts";
import { useSetting } from "../harness/setting.ts";

/** What the browser says about an answer that is a refusal, or that there was none. */
const REFUSED_CALL = /status of (400|502|403)/;

describeWithPcp("lifecycle", () => {
  const setting = useSetting(() => PcpBackend.start());
  const ticking = (page: GrafanaPage, id = 1) =>
    page.waitForPanel(id, "ticks", ({ frames }) => (frames[0]?.fields[1]?.length ?? 0) > 1);
  const oneProcess = async () => {
    const [pid] = await waitFor(
      "one process",
      () => setting.backend.processes(),
      ({ length }) => length === 1,
    );
    return pid ?? 0;
  };

  test("two tabs share one process, which ends with the second", async () => {
    const view = show(
      panel(1, "timeseries", { expr: TICKS }),
      panel(2, "table", { expr: TICKS, format: "table" }),
    );
    const first = await setting.open({ view });
    const second = await setting.open({ view });
    await ticking(first);
    await ticking(second);
    const pid = await oneProcess();
    await first.close();
    const { packets } = await ticking(second);
    await second.waitForPanel(1, "ten more packets", (now) => now.packets >= packets + 10);
    expect(isBpftrace(pid)).toBe(true);
    await second.close();
    await setting.noProcessLeft();
  });

  test("goes on after pmproxy was restarted", async () => {
    const page = await setting.open({ view: edit("timeseries", { expr: TICKS }) });
    await ticking(page);
    setting.expectComplaints(REFUSED_CALL);
    await setting.backend.pcp.restartPmproxy();
    const restarted = await page.panel(1);
    const now = Date.now();
    const later = await page.waitForPanel(
      1,
      "values from after the restart",
      ({ frames }) => Number(frames[0]?.fields[0]?.values.at(-1)) > now + 2_000,
    );
    expect(later.frames[0]?.fields[1]?.length).toBeGreaterThan(restarted?.frames[0]?.fields[1]?.length ?? 0);
    await page.waitForState(/Live/);
    expect(setting.backend.processes()).toHaveLength(1);
    await page.close();
    await setting.noProcessLeft();
  });

  test("runs the script again when the agent was killed", async () => {
    const page = await setting.open({ view: edit("timeseries", { expr: TICKS }) });
    await ticking(page);
    const before = await oneProcess();
    setting.expectComplaints(REFUSED_CALL);
    process.kill(setting.backend.pcp.agentPid() ?? 0, "SIGKILL");
    await waitFor(
      "the old process has ended",
      () => isBpftrace(before),
      (runs) => !runs,
    );
    const after = await oneProcess();
    expect(after === before).toBe(false);
    const now = Date.now();
    await page.waitForPanel(
      1,
      "values of the new process",
      ({ frames }) => Number(frames[0]?.fields[0]?.values.at(-1)) > now + 1_000,
    );
    await page.waitForState(/Live/);
    await page.close();
    await setting.noProcessLeft();
  });

  test("says that pmproxy does not answer, and goes on when it does", async () => {
    const page = await setting.open({ view: edit("timeseries", { expr: TICKS }) });
    await ticking(page);
    setting.expectComplaints(REFUSED_CALL);
    const { target } = setting.host;
    setting.host.target = undefined;
    await page.waitForPanel(
      1,
      "a word about it",
      ({ errors, notices }) => [...errors, ...notices].join() !== "",
    );
    await page.waitForState(/^No connection to the host: HTTP 502/);
    setting.host.target = target;
    const { packets } = (await page.panel(1)) ?? { packets: 0 };
    await page.waitForPanel(
      1,
      "no complaint, and new packets",
      (now) => now.packets > packets + 1 && [...now.errors, ...now.notices].join() === "",
    );
  });
});

describeWithPcp("permission", () => {
  const setting = useSetting(() => PcpBackend.start({ config: { dynamic_scripts: { enabled: false } } }));

  test("an agent that takes no scripts is an error that says where that is decided", async () => {
    const page = await setting.open({ view: edit("timeseries", { expr: TICKS }) });
    setting.expectComplaints(REFUSED_CALL);
    await page.waitForPanel(1, "the error", ({ state, errors }) => state === "Error" && errors.length > 0);
    await page.waitForState(/Failed|Not started/);
    expect(`${(await page.panel(1))?.errors} ${await page.textOf("[data-testid=query-editor]")}`).toMatch(
      /dynamic_scripts|does not let/,
    );
    expect(setting.backend.processes()).toEqual([]);
  });
});
