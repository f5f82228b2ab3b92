// Grafana's own time series chart.

import { type DataFrame, FieldType } from "@grafana/data";
import { LegendDisplayMode, TimeSeries } from "@grafana/ui";
import * as React from "react";
import type { PanelContentProps } from "./panel.tsx";

export function TimeSeriesPanel({ data, width, height }: PanelContentProps): React.ReactElement {
  // The chart cannot do without; Grafana's panel looks before it draws.
  const frames = data.series.filter(isGraphable);
  if (frames.length === 0) return <p data-testid="no-data">{data.error?.message ?? "No data"}</p>;
  return (
    <TimeSeries
      frames={frames}
      structureRev={data.structureRev ?? 0}
      timeRange={data.timeRange}
      timeZone="browser"
      width={width}
      height={height}
      legend={{ displayMode: LegendDisplayMode.List, placement: "bottom", calcs: [], showLegend: true }}
      options={{}}
    />
  );
}

function isGraphable({ fields }: DataFrame): boolean {
  const has = (wanted: FieldType) => fields.some(({ type }) => type === wanted);
  return has(FieldType.time) && has(FieldType.number);
}
