// axe-core finds nothing serious in the two editors.

import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import { expect, test } from "vitest";
import { PcpBackend } from "../harness/backend.ts";
import { edit } from "../harness/dashboards.ts";
import { describeWithPcp } from "../harness/describe.ts";
import type { GrafanaPage } from "../harness/grafana_page.ts";
import { TICKS } from "../harness/scripts.ts";
import { useSetting } from "../harness/setting.ts";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

declare const axe: { run(context: object): Promise<AxeResults> };

describeWithPcp("accessibility", () => {
  const setting = useSetting(() => PcpBackend.start());

  test.each(["dark", "light"] as const)("of the query editor, %s", async (theme) => {
    const page = await setting.open({ view: edit("timeseries", { expr: TICKS }), theme });
    await page.editor.waitFor();
    await page.waitForState(/Live/);
    expect(await seriousViolations(page, "[data-testid=query-editor]")).toEqual([]);
  });

  test.each(["dark", "light"] as const)("of the settings, %s", async (theme) => {
    const page = await setting.open({ view: { kind: "settings" }, theme });
    await page.page.getByRole("button", { name: "Save & test" }).waitFor();
    expect(await seriousViolations(page, "[data-testid=settings]")).toEqual([]);
  });
});

/** `RULE: ELEMENT: WHY` of each serious or critical finding below the selector. */
async function seriousViolations({ page }: GrafanaPage, selector: string): Promise<string[]> {
  // Colours on their way to others are no one's choice.
  await page.addStyleTag({ content: "* { transition: none !important; animation: none !important; }" });
  await page.addScriptTag({ path: AXE });
  const { violations } = await page.evaluate((include) => axe.run({ include: [include] }), selector);
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) =>
      nodes.map(({ html, any }) => `${id}: ${html.slice(0, 160)}: ${any[0]?.message}`),
    );
}
