// Dashboards of the specs.

import type { Dashboard, DashboardView, Panel, Query, View } from "../server/page_settings.ts";

export type PanelType = "timeseries" | "heatmap" | "table" | "flamegraph";

/** A panel of half the page's width with one query. */
export function panel(id: number, type: PanelType, query: Omit<Query, "refId">): Panel {
  return {
    id,
    title: `Panel ${id}`,
    type,
    gridPos: { x: 0, y: 0, w: 12, h: 9 },
    targets: [{ refId: "A", version: 1, format: "auto", ...query } as Query],
  };
}

export function dashboardOf(...panels: Panel[]): Dashboard {
  return { title: "Spec", time: { from: "now-1m", to: "now" }, panels };
}

export function show(...panels: Panel[]): DashboardView {
  return { kind: "dashboard", dashboard: dashboardOf(...panels) };
}

/** Over so long that nothing of a spec leaves the window before it is looked for, however busy the host is. */
export function showLong(...panels: Panel[]): DashboardView {
  return { kind: "dashboard", dashboard: { ...dashboardOf(...panels), time: { from: "now-5m", to: "now" } } };
}

/** The panel editor on a single panel. */
export function edit(type: PanelType, query: Omit<Query, "refId">): View {
  return { kind: "dashboard", dashboard: dashboardOf(panel(1, type, query)), editPanel: 1 };
}
