// Draws `heatmap-cells` frames on Grafana's chart component: the heat map panel itself is part of Grafana's core, which is
// not published.

import type { DataFrame, GrafanaTheme2 } from "@grafana/data";
import { AxisPlacement, ScaleDirection, ScaleOrientation, UPlotChart, UPlotConfigBuilder } from "@grafana/ui";
import * as React from "react";
import type uPlot from "uplot";
import type { PanelContentProps } from "./panel.tsx";

export function HeatMapPanel({ data, theme, width, height }: PanelContentProps): React.ReactElement {
  const cells = React.useMemo(() => readCells(data.series[0]), [data.series]);
  const shown = React.useRef({ cells, range: data.timeRange });
  shown.current = { cells, range: data.timeRange };
  const config = React.useMemo(() => configOf(() => shown.current, theme), [theme]);
  const plotted = React.useMemo<uPlot.AlignedData>(() => [cells.times, cells.times.map(() => 0)], [cells]);
  return <UPlotChart config={config} data={plotted} width={width} height={height} />;
}

/** Cells of buckets of different sizes, drawn as rows of one height. */
interface Cells {
  readonly times: number[];
  /** Grafana takes the width of all columns from the first two. */
  readonly stepMillis: number;
  /** Upper bounds of the rows. */
  readonly bounds: number[];
  readonly maximum: number;
  readonly items: readonly { readonly time: number; readonly row: number; readonly value: number }[];
}

function readCells(frame: DataFrame | undefined): Cells {
  const valuesOf = (...names: string[]) =>
    frame?.fields.find(({ name }) => names.includes(name))?.values ?? ([] as number[]);
  const times: number[] = Array.from(valuesOf("xMax", "x"));
  const tops: number[] = Array.from(valuesOf("yMax", "y"));
  const values: (number | null)[] = Array.from(valuesOf("count", "value"));
  const bounds = [...new Set(tops)].sort((a, b) => a - b);
  const distinct = [...new Set(times)].sort((a, b) => a - b);
  const rows = new Map(bounds.map((bound, row) => [bound, row]));
  const items = values.flatMap((value, i) =>
    value ? [{ time: times[i] ?? 0, row: rows.get(tops[i] ?? 0) ?? 0, value }] : [],
  );
  const [first, second] = distinct;
  return {
    times: distinct,
    stepMillis: first === undefined || second === undefined ? 1_000 : second - first,
    bounds,
    maximum: items.reduce((most, { value }) => Math.max(most, value), 0),
    items,
  };
}

type Shown = { readonly cells: Cells; readonly range: PanelContentProps["data"]["timeRange"] };

function configOf(shown: () => Shown, theme: GrafanaTheme2): UPlotConfigBuilder {
  const builder = new UPlotConfigBuilder("browser");
  builder.addScale({
    scaleKey: "x",
    isTime: true,
    orientation: ScaleOrientation.Horizontal,
    direction: ScaleDirection.Right,
    range: () => [shown().range.from.valueOf(), shown().range.to.valueOf()],
  });
  builder.addScale({
    scaleKey: "y",
    orientation: ScaleOrientation.Vertical,
    direction: ScaleDirection.Up,
    range: () => [0, Math.max(1, shown().cells.bounds.length)],
  });
  builder.addAxis({
    scaleKey: "x",
    isTime: true,
    placement: AxisPlacement.Bottom,
    theme,
    timeZone: "browser",
  });
  builder.addAxis({
    scaleKey: "y",
    placement: AxisPlacement.Left,
    theme,
    size: 70,
    splits: () => everySecond(shown().cells.bounds.length),
    formatValue: (row: number) => `${shown().cells.bounds[row - 1] ?? ""}`,
  });
  builder.addSeries({
    scaleKey: "y",
    theme,
    pathBuilder: () => null,
    pointsBuilder: () => false,
    show: true,
  });
  builder.addHook("draw", (plot) => drawCells(plot, shown().cells));
  return builder;
}

function everySecond(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i + 1).filter((row) => row % 2 === 0 || count < 8);
}

function drawCells(plot: uPlot, { items, maximum, stepMillis }: Cells): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  for (const { time, row, value } of items) {
    const left = plot.valToPos(time - stepMillis, "x", true);
    const right = plot.valToPos(time, "x", true);
    const top = plot.valToPos(row + 1, "y", true);
    const bottom = plot.valToPos(row, "y", true);
    const share = value / maximum;
    ctx.fillStyle = `hsl(${Math.round(50 - 45 * share)} 95% ${Math.round(30 + 30 * Math.sqrt(share))}%)`;
    ctx.fillRect(left, top, Math.max(1, right - left - 1), bottom - top - 1);
  }
  ctx.restore();
}
