// Takes pictures of dashboard, editor and settings from real data. With BPFLENS_SCREENSHOTS=1 they become those of the
// documentation.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { Load } from "../../e2e/harness/load.ts";
import { sleep } from "../../e2e/harness/wait.ts";
import { PcpBackend } from "../harness/backend.ts";
import { dashboardOf, panel } from "../harness/dashboards.ts";
import { describeWithPcp } from "../harness/describe.ts";
import type { GrafanaPage } from "../harness/grafana_page.ts";
import { useSetting } from "../harness/setting.ts";
import type { Dashboard, View } from "../server/page_settings.ts";

/** The pictures differ each time, so they replace those of the documentation only when that is wanted. */
const KEEPS = process.env.BPFLENS_SCREENSHOTS === "1";
const IMAGES = KEEPS
  ? fileURLToPath(new URL("../../../docs/img/", import.meta.url))
  : mkdtempSync(join(tmpdir(), "bpflens-img-"));
/** For the documentation long enough to fill the charts. */
const RECORDING_MILLIS = KEEPS ? 25_000 : 3_000;

const SYSCALLS = "tracepoint:raw_syscalls:sys_enter { @syscalls[comm] = count(); }";
const QUEUE = `// include: @usecs
tracepoint:sched:sched_wakeup { @woken[args->pid] = nsecs; }
tracepoint:sched:sched_switch {
  if (@woken[args->next_pid]) {
    @usecs = hist((nsecs - @woken[args->next_pid]) / 1000);
    delete(@woken[args->next_pid]);
  }
}`;

const DASHBOARD: Dashboard = {
  ...dashboardOf(
    {
      ...panel(1, "timeseries", { expr: SYSCALLS, format: "timeseries", legend: "$key", topK: 8 }),
      title: "System calls per second",
    },
    {
      ...panel(2, "heatmap", { expr: QUEUE, format: "heatmap", maps: ["@usecs"] }),
      title: "Run queue latency (µs)",
    },
    { ...panel(3, "table", { expr: SYSCALLS, format: "table" }), title: "System calls since the start" },
    {
      ...panel(4, "flamegraph", {
        expr: "profile:hz:99 { @stacks[kstack] = count(); }",
        format: "flamegraph",
        flame: { hideIdle: true, hideUnresolved: true },
      }),
      title: "On-CPU kernel stacks",
    },
  ),
};
const EDITED = `// One line a command: how many bytes it reads, and how long it waits for them.
// include: @bytes, @usecs
// unit: @bytes bytes
tracepoint:syscalls:sys_enter_read { @start[tid] = nsecs; }
tracepoint:syscalls:sys_exit_read /@start[tid]/ {
  @bytes[comm] = sum(args->ret > 0 ? args->ret : 0);
  @usecs = hist((nsecs - @start[tid]) / 1000);
  delete(@start[tid]);
}
`;

interface PictureOf {
  readonly name: string;
  readonly view: View;
  /** What is in the picture; the rest of the page is not the plugin's. */
  readonly parts: string;
  isReady(page: GrafanaPage): Promise<unknown>;
}

const VIEWS: readonly PictureOf[] = [
  {
    name: "grafana-panels",
    view: { kind: "dashboard", dashboard: DASHBOARD },
    parts: "[data-testid=panel]",
    isReady: (page) =>
      page.waitForPanel(4, "stacks", ({ frames }) => (frames[0]?.fields[0]?.length ?? 0) > 3),
  },
  {
    name: "grafana-editor",
    view: {
      kind: "dashboard",
      editPanel: 1,
      dashboard: dashboardOf({
        ...panel(1, "timeseries", {
          expr: EDITED,
          format: "timeseries",
          maps: ["@bytes"],
          legend: "$key",
          topK: 8,
        }),
        title: "Bytes read per second",
        gridPos: { x: 0, y: 0, w: 24, h: 9 },
      }),
    },
    parts: "[data-testid=panel], [data-testid=query-editor]",
    isReady: (page) => page.waitForState(/Live/),
  },
  {
    name: "grafana-settings",
    view: { kind: "settings" },
    parts: "[data-testid=settings] fieldset, [data-testid=outcome]",
    isReady: (page) => page.page.getByRole("button", { name: "Save & test" }).waitFor(),
  },
];

describeWithPcp("screenshots", () => {
  const setting = useSetting(() => PcpBackend.start());
  const reader = new Load("reader");
  afterAll(() => {
    reader.remove();
    if (!KEEPS) rmSync(IMAGES, { recursive: true });
  });

  test("of dashboard, editor and settings in both themes", { timeout: 300_000 }, async () => {
    const tabs: { name: string; parts: string; page: GrafanaPage }[] = [];
    for (const { name, view, parts, isReady } of VIEWS) {
      for (const theme of ["dark", "light"] as const) {
        const page = await setting.open({ view, theme });
        await isReady(page);
        tabs.push({ name: theme === "dark" ? `${name}-dark` : name, parts, page });
      }
    }
    const end = Date.now() + RECORDING_MILLIS;
    while (Date.now() < end) {
      await Promise.all([reader.reads(30_000, 512), reader.busy(1)]);
      await sleep(1_500);
    }
    for (const { name, parts, page } of tabs) {
      await page.page.bringToFront();
      if (name.includes("settings")) {
        await page.saveAndTest();
        await page.waitForText("[data-testid=outcome]", /bpftrace/);
      }
      await page.page.mouse.move(700, 2);
      await page.takePicture(parts, join(IMAGES, `${name}.png`));
    }
    expect(setting.backend.processes()).toHaveLength(4);
  });
});
