// Grafana's own time series chart.

import { LegendDisplayMode, TimeSeries } from "@grafana/ui";
import * as React from "react";
import type { PanelContentProps } from "./panel.tsx";

export function TimeSeriesPanel({ data, width, height }: PanelContentProps): React.ReactElement {
  return (
    <TimeSeries
      frames={data.series}
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
