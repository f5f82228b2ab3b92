// What the editor says of the language where the pointer or the cursor is.

import { expect, test } from "vitest";
import { waitFor } from "../../e2e/harness/wait.ts";
import { PcpBackend } from "../harness/backend.ts";
import { edit } from "../harness/dashboards.ts";
import { describeWithPcp } from "../harness/describe.ts";
import { TICKS } from "../harness/scripts.ts";
import { useSetting } from "../harness/setting.ts";

describeWithPcp("help in the editor", () => {
  const setting = useSetting(() => PcpBackend.start());

  test("tells what a function does at the pointer, and its parameters while a call is written", async () => {
    const page = await setting.open({ view: edit("timeseries", { expr: TICKS }) });
    await page.editor.waitFor();
    expect(await page.editor.hover("count")).toMatch(/count\(\)[\s\S]*call/);
    await page.editor.type("BEGIN { @sizes = lhist(");
    const first = await waitFor(
      "the signature",
      () => page.editor.signature(),
      (text) => text.includes("lhist("),
    );
    expect(first).toMatch(/min[\s\S]*max[\s\S]*step/);
    await page.editor.press("Escape");
  });
});
