// What a reader does with a running script: keys, pause, legend, tooltip, quick fix, theme.

import { expect, test } from "vitest";
import { describeEndToEnd } from "./harness/requirements.ts";
import { useSetting } from "./harness/setting.ts";
import { sleep, waitFor } from "./harness/wait.ts";

const SWITCHES = "tracepoint:sched:sched_switch { @switches[cpu] = count(); }\n";

describeEndToEnd("interaction", () => {
  const setting = useSetting();

  test("the keyboard alone runs and stops a script and opens the help", async () => {
    const lens = await setting.browser.open(setting.server.url);
    const { keyboard } = lens.page;
    await lens.write(SWITCHES);
    await keyboard.press("Control+Enter");
    await lens.waitForState("running");
    await keyboard.press("Control+.");
    await waitFor(
      "an ended state",
      () => lens.state(),
      (state) => state === "stopped" || state === "idle",
    );
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
    await lens.run(SWITCHES);
    await lens.waitForCard("@switches");
    await lens.showAbsolute("@switches");
    await waitFor(
      "values",
      () => lens.legend("@switches"),
      (legend) => (legend["0"] ?? 0) > 0,
    );
    await lens.page.getByTestId("pause").click();
    // An answer that was under way may still belong to the time before the pause.
    await sleep(1_000);
    const paused = await lens.legend("@switches");
    await sleep(2_500);
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
    await lens.run(SWITCHES);
    const card = await lens.waitForCard("@switches");
    await waitFor(
      "a value",
      () => lens.legend("@switches"),
      (legend) => legend["0"] !== undefined,
    );
    const entry = card.locator("[data-testid=legend-entry][data-label='0']");
    await entry.click();
    await expect.poll(() => entry.getAttribute("aria-pressed")).toBe("false");
    await entry.click();
    await expect.poll(() => entry.getAttribute("aria-pressed")).toBe("true");
    await expect.poll(() => lens.tooltipOfLatest("@switches")).toMatch(/\d\d:\d\d:\d\d[\s\S]*\/s/);
  });

  test("a quick fix changes the script", async () => {
    const lens = await setting.browser.open(setting.server.url);
    await lens.write("tracepoint:sched:sched_switch { @n = cuont(); }\n");
    // Once the host's version is known the script is analysed again, which closes a tooltip that is open.
    await lens.page
      .getByTestId("agent")
      .getByText(/^bpftrace \d/)
      .waitFor();
    await lens.page.locator(".cm-lintRange-error").first().hover();
    await lens.page.locator(".cm-diagnosticAction").first().click();
    await waitFor(
      "no error",
      () => lens.problems(),
      (problems) => problems.length === 0,
    );
    expect(await lens.page.locator(".cm-content").innerText()).toContain("count()");
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
