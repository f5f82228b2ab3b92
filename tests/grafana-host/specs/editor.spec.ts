// The query editor: nothing starts before a pause, it completes, marks and mends, and an edit replaces the script.

import { expect, test } from "vitest";
import { isBpftrace } from "../../e2e/harness/processes.ts";
import { waitFor } from "../../e2e/harness/wait.ts";
import { PcpBackend } from "../harness/backend.ts";
import { edit } from "../harness/dashboards.ts";
import { describeWithPcp } from "../harness/describe.ts";
import { last } from "../harness/frames.ts";
import { TICKS } from "../harness/scripts.ts";
import { useSetting } from "../harness/setting.ts";

describeWithPcp("editor", () => {
  const setting = useSetting(() => PcpBackend.start());

  test("typing starts nothing until the pause", async () => {
    const view = edit("timeseries", { expr: TICKS, format: "timeseries" });
    const page = await setting.open({ view, jsonData: { typingPauseMillis: 8_000 } });
    await page.editor.waitFor();
    await page.waitForState(/Live/);
    const registered = page.countCalls("control.register");
    await page.editor.write("interval:ms:100 { @typed = count(); }");
    for (let step = 0; step < 5; step++) await page.editor.type(" // more", 20);
    await page.waitForState(/Starts in/);
    expect(registered()).toBe(0);
    await page.waitForPanel(1, "its values", ({ frames }) =>
      frames.some(({ fields }) => fields.some(({ label, length }) => label.includes("typed") && length > 1)),
    );
    await page.close();
    await setting.noProcessLeft();
  });

  test("what is typed into an empty panel waits for the pause, too", async () => {
    const view = edit("timeseries", { expr: "" });
    const page = await setting.open({ view, jsonData: { typingPauseMillis: 8_000 } });
    await page.editor.waitFor();
    const registered = page.countCalls("control.register");
    await page.editor.type("interval:ms:100 { @typed = count(); }");
    await page.waitForState(/Starts in/);
    await page.editor.type(" // more");
    await page.waitForState(/Starts in/);
    expect(registered()).toBe(0);
    await page.waitForPanel(1, "its values", ({ frames }) => (frames[0]?.fields[1]?.length ?? 0) > 1);
    await page.close();
    await setting.noProcessLeft();
  });

  test("Ctrl+S starts at once, Stop ends the process and leaves the values", async () => {
    const page = await setting.open({
      view: edit("timeseries", { expr: "" }),
      jsonData: { typingPauseMillis: 60_000 },
    });
    await page.editor.waitFor();
    await page.editor.write(TICKS);
    await page.editor.press("ControlOrMeta+s");
    await page.waitForState(/Live/);
    await page.waitForPanel(1, "values", ({ frames }) => (frames[0]?.fields[1]?.length ?? 0) > 2);
    await page.page.getByRole("button", { name: "Stop" }).click();
    await setting.noProcessLeft();
    await page.waitForState(/Not running/);
    expect((await page.panel(1))?.frames[0]?.fields[1]?.length).toBeGreaterThan(2);
  });

  test("an edit replaces the script without a blank panel and ends the old process", async () => {
    const page = await setting.open({ view: edit("timeseries", { expr: TICKS, format: "timeseries" }) });
    await page.editor.waitFor();
    await page.waitForPanel(1, "ticks", ({ frames }) => (frames[0]?.fields[1]?.length ?? 0) > 2);
    const [old] = setting.backend.processes();
    expect(old).toBeDefined();
    const blanks = await page.watchForBlanks(1);
    await page.editor.write("interval:ms:50 { @twice = count(); }");
    await page.waitForPanel(1, "the new map", ({ frames }) =>
      frames.some(({ fields }) =>
        fields.some((field) => field.label.includes("twice") && Number(last(field)) > 0),
      ),
    );
    await waitFor(
      "the old process has ended",
      () => isBpftrace(old ?? 0),
      (runs) => !runs,
    );
    expect(await blanks()).toBe(0);
    expect(setting.backend.processes()).toHaveLength(1);
  });

  test("an emptied query leaves an empty panel, and a new script fills it", async () => {
    const page = await setting.open({ view: edit("timeseries", { expr: TICKS, format: "timeseries" }) });
    await page.editor.waitFor();
    await page.waitForPanel(1, "ticks", ({ frames }) => (frames[0]?.fields[1]?.length ?? 0) > 1);
    await page.editor.write("");
    await page.editor.press("Delete");
    await page.waitForPanel(1, "nothing", ({ errors, frames }) => errors.length + frames.length === 0);
    await waitFor(
      "a panel that says so",
      () => page.panelText(1),
      (text) => text.includes("No data"),
    );
    await page.editor.write("interval:ms:100 { @again = count(); }");
    await page.waitForPanel(1, "the new map", ({ frames }) =>
      frames.some(({ fields }) => fields.some(({ label, length }) => label.includes("again") && length > 1)),
    );
    await page.close();
    await setting.noProcessLeft();
  });

  test("completes probes of the host, functions and maps", async () => {
    const page = await setting.open({ view: edit("timeseries", { expr: "BEGIN { @started = nsecs; }\n" }) });
    await page.editor.waitFor();
    await page.editor.type("tracepoint:sched:sched_swi");
    await waitFor(
      "the probe",
      () => page.editor.completions(),
      ([first]) => first === "tracepoint:sched:sched_switch",
    );
    await page.editor.press("Enter");
    await page.editor.type(" { @st");
    await waitFor(
      "the map",
      () => page.editor.completions(),
      (offered) => offered.includes("@started"),
    );
    await page.editor.press("Enter");
    await page.editor.type(" = coun");
    await waitFor(
      "the function",
      () => page.editor.completions(),
      ([first]) => /^count/.test(first ?? ""),
    );
    await page.editor.press("Enter");
    await page.editor.waitForText(/tracepoint:sched:sched_switch \{ @started = count\(\)/);
  });

  test("marks what bpftrace would refuse, says why, and mends it", async () => {
    const page = await setting.open({ view: edit("timeseries", { expr: "" }) });
    await page.editor.waitFor();
    const registered = page.countCalls("control.register");
    await page.editor.write("interval:s:1 { @x = cuont(); }");
    await waitFor(
      "the mark",
      () => page.editor.errorMarks(),
      (count) => count > 0,
    );
    await waitFor(
      "the reason",
      () => page.editor.errorAtPointer(),
      (text) => text.includes("cuont"),
    );
    await page.waitForState(/cuont/);
    expect(registered(), "a script with an error is not sent").toBe(0);
    await page.editor.takeQuickFix("Change it to `count`");
    await page.editor.waitForText(/@x = count\(\)/);
    await page.waitForPanel(1, "values", ({ frames }) => (frames[0]?.fields[1]?.length ?? 0) > 0);
  });

  test("an error of bpftrace stands at its line", async () => {
    const expr =
      "BEGIN { @start = 1; }\ntracepoint:syscalls:sys_enter_read { @x = count(); @y = args->nosuch; }\n";
    const page = await setting.open({ view: edit("timeseries", { expr }) });
    setting.expectComplaints(/status of 400/);
    await page.editor.waitFor();
    await page.waitForState(/nosuch/);
    await waitFor(
      "the mark",
      () => page.editor.errorMarks(),
      (count) => count > 0,
    );
    await page.waitForPanel(1, "the error", ({ errors }) => errors.some((text) => text.includes("nosuch")));
  });
});
