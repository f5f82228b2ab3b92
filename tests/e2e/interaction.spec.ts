// What a reader does with a running script: keys, pause, legend, tooltip, quick fix, theme.

import { expect, test } from "vitest";
import { describeEndToEnd } from "./harness/requirements.ts";
import { useSetting } from "./harness/setting.ts";
import { waitFor } from "./harness/wait.ts";

describeEndToEnd("interaction", () => {
  const setting = useSetting();
  let scripts = 0;

  /** A script of its own for each spec: the same text would be the same script, which may still be ending. */
  function switches(): string {
    scripts += 1;
    return `// script ${scripts}\ntracepoint:sched:sched_switch { @switches[cpu] = count(); }\n`;
  }

  test("the keyboard alone runs and stops a script and opens the help", async () => {
    const lens = await setting.browser.open(setting.server.url);
    const { keyboard } = lens.page;
    await lens.editor.write(switches());
    await keyboard.press("Control+Enter");
    await lens.waitForState("running");
    await keyboard.press("Control+.");
    await lens.waitForState("stopped", "idle");
    // Ctrl+M gives Tab back to the browser, so that the focus can leave the editor.
    await keyboard.press("Control+m");
    await keyboard.press("Tab");
    await keyboard.press("?");
    await lens.page.getByTestId("help-dialog").getByText("Search in the script").waitFor();
    await keyboard.press("Escape");
    await lens.page.getByTestId("help-dialog").waitFor({ state: "hidden" });
  });

  test("pause keeps the picture still, and continuing shows what was recorded meanwhile", async () => {
    const lens = await setting.browser.open(setting.server.url);
    await lens.run(switches());
    await lens.waitForCard("@switches");
    await lens.showAbsolute("@switches");
    await waitFor(
      "values",
      () => lens.legend("@switches"),
      (legend) => (legend["0"] ?? 0) > 0,
    );
    await lens.page.getByTestId("pause").click();
    // An answer that was under way may still belong to the time before the pause.
    await lens.rounds();
    const paused = await lens.legend("@switches");
    await lens.rounds();
    expect(await lens.legend("@switches")).toEqual(paused);
    await lens.page.getByTestId("pause").click();
    await waitFor(
      "newer values",
      () => lens.legend("@switches"),
      (now) => (now["0"] ?? 0) > (paused["0"] ?? 0),
    );
  });

  test("the legend hides a series, the crosshair shows a time and values", async () => {
    const lens = await setting.browser.open(setting.server.url);
    await lens.run(switches());
    await lens.waitForCard("@switches");
    await waitFor(
      "a value",
      () => lens.legend("@switches"),
      (legend) => legend["0"] !== undefined,
    );
    await lens.legendEntry("@switches", "0").click();
    await expect.poll(() => lens.isShown("@switches", "0")).toBe(false);
    await lens.legendEntry("@switches", "0").click();
    await expect.poll(() => lens.isShown("@switches", "0")).toBe(true);
    await expect.poll(() => lens.tooltipOfLatest("@switches")).toMatch(/\d\d:\d\d:\d\d[\s\S]*\/s/);
  });

  test("a quick fix changes the script", async () => {
    const lens = await setting.browser.open(setting.server.url);
    await lens.editor.write("tracepoint:sched:sched_switch { @n = cuont(); }\n");
    await lens.editor.applyFix();
    expect(await lens.editor.text()).toContain("= count()");
  });

  test("the heat map tells bucket and count at the pointer", async () => {
    const lens = await setting.browser.open(setting.server.url);
    await lens.run("tracepoint:sched:sched_switch { @sizes = hist(1000); }\n");
    await lens.waitForCard("@sizes");
    await waitFor(
      "counts",
      () => lens.heatTotal("@sizes"),
      (total) => total > 0,
    );
    await expect.poll(() => lens.tooltipOfLatest("@sizes")).toMatch(/512 – 1,023/);
  });
});
