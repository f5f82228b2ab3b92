// Grafana below a path of its own, and under content security policies: with WebAssembly all works, without it is said.

import { expect, test } from "vitest";
import { PcpBackend } from "../harness/backend.ts";
import { edit } from "../harness/dashboards.ts";
import { describeWithPcp } from "../harness/describe.ts";
import { TICKS } from "../harness/scripts.ts";
import { useSetting } from "../harness/setting.ts";

describeWithPcp("deployment", () => {
  const setting = useSetting(() => PcpBackend.start());
  const view = edit("timeseries", { expr: TICKS });

  test("below /grafana", async () => {
    const page = await setting.open({ view, belowSubPath: true });
    await page.waitForPanel(1, "ticks", ({ frames }) => (frames[0]?.fields[1]?.length ?? 0) > 1);
    await page.editor.waitFor();
  });

  test.each(["template", "wasm-only"] as const)("with the policy %s", async (policy) => {
    const page = await setting.open({ view, policy, belowSubPath: true });
    await page.waitForPanel(1, "ticks", ({ frames }) => (frames[0]?.fields[1]?.length ?? 0) > 1);
    await page.editor.waitFor();
  });

  test("a policy that forbids WebAssembly is named, and the script can be written all the same, but not run", async () => {
    setting.expectComplaints(/WebAssembly|Content Security Policy/);
    const page = await setting.open({ view, policy: "no-eval" });
    const panel = await page.waitForPanel(1, "the error", ({ errors }) => errors.length > 0);
    expect(panel.errors.join()).toMatch(/wasm-unsafe-eval/);
    const field = page.page.getByRole("textbox", { name: /script/ });
    await field.fill(`${TICKS}// kept`);
    expect(await field.inputValue()).toContain("// kept");
    await page.waitForText("[data-testid=query-editor]", /wasm-unsafe-eval/);
    expect(await page.page.getByRole("button", { name: "Run", exact: true }).isDisabled()).toBe(true);
    // What was written is the query's: the panel asks again, with the same outcome, and nothing is lost.
    const registered = page.countCalls("control.register");
    const { packets } = panel;
    await field.fill(`${TICKS}// kept, too`);
    await page.waitForPanel(1, "the error again", (now) => now.packets > packets && now.errors.length > 0);
    expect(await field.inputValue()).toContain("// kept, too");
    expect(registered()).toBe(0);
  });
});
