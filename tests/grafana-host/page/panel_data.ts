// A React hook: the data of one panel, with what its fields display, and a log of it for the specs.

import {
  applyFieldOverrides,
  compareArrayValues,
  compareDataFrameStructures,
  type DataFrame,
  type DataSourceApi,
  type GrafanaTheme2,
  LoadingState,
  type PanelData,
} from "@grafana/data";
import { useEffect, useRef, useState } from "react";
import { observePanel } from "./observed.ts";
import { type RunOptions, run } from "./query_runner.ts";

export interface PanelQuery extends RunOptions {
  readonly panelId: number;
  readonly refreshMillis: number;
  /** Another number runs the query again. */
  readonly runs: number;
}

/** The last data; while nothing new has come, that of the query before. */
export function usePanelData(
  dataSource: DataSourceApi,
  query: PanelQuery,
  theme: GrafanaTheme2,
): PanelData | undefined {
  const [data, setData] = useState<PanelData>();
  const shown = useRef<PanelData>(undefined);
  const { app, panelId, widthPixels, refreshMillis, runs } = query;
  const [raw, targets] = [JSON.stringify(query.raw), JSON.stringify(query.targets)];
  // biome-ignore lint/correctness/useExhaustiveDependencies: `runs` is how a query is run again.
  useEffect(() => {
    const options = { app, panelId, widthPixels, raw: JSON.parse(raw), targets: JSON.parse(targets) };
    const start = () =>
      run(dataSource, options).subscribe((packet) => {
        const next = prepared(packet, shown.current, theme);
        shown.current = next;
        observePanel(panelId, next);
        setData(next);
      });
    let subscription = start();
    const again = () => {
      const last = subscription;
      subscription = start();
      last.unsubscribe();
    };
    const timer = refreshMillis > 0 ? setInterval(again, refreshMillis) : undefined;
    return () => {
      clearInterval(timer);
      subscription.unsubscribe();
    };
  }, [dataSource, app, panelId, widthPixels, raw, targets, refreshMillis, runs, theme]);
  return data;
}

/** Grafana's core fills the registry of field settings; here fields get what a new panel has by default. */
const DEFAULTS = {
  color: { mode: "palette-classic" },
  custom: { lineWidth: 1, fillOpacity: 10, drawStyle: "line", showPoints: "auto", spanNulls: false },
};

function prepared(packet: PanelData, before: PanelData | undefined, theme: GrafanaTheme2): PanelData {
  if (packet.state === LoadingState.Loading && packet.series.length === 0 && before)
    return { ...packet, ...kept(before) };
  const withDefaults = packet.series.map((frame) => ({
    ...frame,
    fields: frame.fields.map((field) => ({
      ...field,
      config: { ...DEFAULTS, ...field.config, custom: { ...DEFAULTS.custom, ...field.config.custom } },
    })),
  }));
  const series = applyFieldOverrides({
    data: withDefaults,
    fieldConfig: { defaults: {}, overrides: [] },
    replaceVariables: (text) => text,
    theme,
    timeZone: "browser",
  });
  const isSame = compareArrayValues(before?.series ?? [], series, compareDataFrameStructures);
  numberSeries(series);
  const revision = before?.structureRev ?? 0;
  return { ...packet, series, structureRev: isSame ? revision : revision + 1 };
}

function kept({ series, structureRev }: PanelData): Partial<PanelData> {
  return { series, ...(structureRev !== undefined && { structureRev }) };
}

/** Colours follow the number of a series among those with numbers. */
function numberSeries(frames: readonly DataFrame[]): void {
  let next = 0;
  for (const field of frames.flatMap((frame) => frame.fields)) {
    if (field.type === "number") field.state = { ...field.state, seriesIndex: next++ };
  }
}
