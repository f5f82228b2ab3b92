// Explore asks once and wants an end; a script that has not run before has its values there all the same.

import { expect, test } from "vitest";
import { waitFor } from "../../e2e/harness/wait.ts";
import { PcpBackend } from "../harness/backend.ts";
import { describeWithPcp } from "../harness/describe.ts";
import { TICKS } from "../harness/scripts.ts";
import { useSetting } from "../harness/setting.ts";

describeWithPcp("explore", () => {
  const setting = useSetting(() => PcpBackend.start());

  test("the first run has values and ends, a second one has more", async () => {
    const query = { refId: "A", version: 1, format: "timeseries", expr: TICKS };
    const page = await setting.open({ view: { kind: "explore", query } });
    const first = await page.waitForPanel(
      1,
      "an answer",
      ({ state, frames }) => state === "Done" && frames.length > 0,
    );
    const length = first.frames[0]?.fields[1]?.length ?? 0;
    expect(length).toBeGreaterThan(0);
    expect(first.errors).toEqual([]);
    const longer = await waitFor(
      "a longer answer",
      async () => {
        const panel = await page.panel(1);
        if (panel?.state === "Done") await page.page.getByRole("button", { name: "Run query" }).click();
        return panel;
      },
      (panel) => panel?.state === "Done" && (panel.frames[0]?.fields[1]?.length ?? 0) > length,
    );
    // Its last value is inside of the time range that it was asked for.
    expect(Number(longer?.frames[0]?.fields[0]?.values.at(-1))).toBeLessThanOrEqual(longer?.to ?? 0);
  });
});
