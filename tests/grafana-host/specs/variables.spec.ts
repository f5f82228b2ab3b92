// Dashboard variables: their values come from the scripts of the host, and a script is sent with theirs.

import { expect, test } from "vitest";
import { waitFor } from "../../e2e/harness/wait.ts";
import { PcpBackend } from "../harness/backend.ts";
import { dashboardOf, panel, show } from "../harness/dashboards.ts";
import { describeWithPcp } from "../harness/describe.ts";
import { last } from "../harness/frames.ts";
import type { GrafanaPage } from "../harness/grafana_page.ts";
import { TICKS } from "../harness/scripts.ts";
import { useSetting } from "../harness/setting.ts";
import type { PanelView } from "../page/observed.ts";
import type { Variable } from "../server/page_settings.ts";

describeWithPcp("variables", () => {
  const setting = useSetting(() => PcpBackend.start());
  /** Reads once more with each look at the panel, as nobody knows when the probe is attached. */
  const readsUntil = (page: GrafanaPage, size: number, accept: (panel: PanelView) => boolean) =>
    waitFor(
      `reads of ${size} bytes`,
      async () => {
        await setting.load.reads(1, size);
        return page.panel(1);
      },
      (panel) => panel !== undefined && accept(panel),
    );
  const withVariables = (list: Variable[], expr: string) => {
    const panels = panel(1, "table", { expr, format: "table", maps: ["@reads"] });
    return { kind: "dashboard", dashboard: { ...dashboardOf(panels), templating: { list } } } as const;
  };

  test("a script runs with the value that is chosen, and again with the next one", async () => {
    const { comm } = setting.load;
    const sizes = { name: "size", type: "custom", query: "1100, 2200" };
    const expr = `tracepoint:syscalls:sys_enter_read /comm == "${comm}" && args->count == $size/ {
  @reads[args->count] = count();
}
${TICKS}`;
    const page = await setting.open({ view: withVariables([sizes], expr) });
    for (const size of [1100, 2200]) {
      await page.choose("size", String(size));
      // Whether the probe is attached shows only in what it counts.
      await readsUntil(page, size, ({ frames }) =>
        (frames[0]?.fields ?? []).some((field) => last(field) === size),
      );
    }
    await page.close();
    await setting.noProcessLeft();
  });

  test("queries of variables list scripts, their maps, and the keys of a map", async () => {
    const { comm } = setting.load;
    const expr = `// name: shown
tracepoint:syscalls:sys_enter_read /comm == "${comm}"/ { @by[args->count] = count(); }
${TICKS}`;
    const shown = await setting.open({
      view: show(panel(1, "table", { expr, format: "table", maps: ["@by"] })),
    });
    await readsUntil(shown, 3300, ({ frames }) => frames[0]?.fields[0]?.values.includes(3300) ?? false);
    const list = [
      { name: "script", type: "query", query: "scripts()" },
      { name: "map", type: "query", query: "maps($script)" },
      { name: "key", type: "query", query: "keys(shown, @by)" },
    ];
    const page = await setting.open({ view: withVariables(list, "") });
    expect(await choicesOf(page, "script")).toEqual(["shown"]);
    expect(await choicesOf(page, "map")).toEqual(expect.arrayContaining(["@by", "@ticks"]));
    expect(await choicesOf(page, "key")).toContain("3300");
  });
});

function choicesOf({ page }: GrafanaPage, variable: string): Promise<string[]> {
  const options = page.getByLabel(variable, { exact: true }).locator("option");
  return waitFor(
    `choices of ${variable}`,
    () => options.allInnerTexts(),
    ({ length }) => length > 0,
  );
}
