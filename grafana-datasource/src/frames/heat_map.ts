// Heat maps as `heatmap-cells`, which Grafana's panel draws without any option.

import { type DataFrame, DataFrameType, type Field } from "@grafana/data";
import type { HeatFrame } from "bpflens";
import { frame, numberField, timeField } from "./fields";
import { cellBounds } from "./heat_bounds";
import { type HeatColumns, heatColumns } from "./heat_columns";
import { grafanaUnit } from "./units";

/**
 * Cells column after column.
 *
 * Buckets of one width (lhist) lie on a linear axis: the panel takes a frame that has `yMin` alone as such a grid. All
 * others (hist) lie on a logarithmic axis, for which each cell has both bounds.
 */
export function heatMapFrame(refId: string, name: string, heat: HeatFrame, maxColumns: number): DataFrame {
  const bounds = cellBounds(heat.buckets);
  const columns = heatColumns(heat, maxColumns);
  const unit = grafanaUnit(heat.unit);
  const columnCount = columns.ends.length;
  const axis: Field[] = [numberField("yMin", repeated(bounds.lows, columnCount), { unit })];
  if (!bounds.isLinear) axis.push(numberField("yMax", repeated(bounds.highs, columnCount), { unit }));
  return frame(
    refId,
    [
      timeField(cellTimes(columns, heat.buckets.length), "xMax"),
      ...axis,
      numberField("count", columns.counts, { unit: "short" }),
    ],
    { name, meta: { type: DataFrameType.HeatmapCells } },
  );
}

function cellTimes({ ends }: HeatColumns, rows: number): number[] {
  const times = new Array<number>(ends.length * rows);
  for (const [column, end] of ends.entries()) times.fill(end, column * rows, (column + 1) * rows);
  return times;
}

/** The bounds of a column, for so many columns. */
function repeated(bounds: readonly number[], columns: number): number[] {
  const all: number[] = [];
  for (let column = 0; column < columns; column++) all.push(...bounds);
  return all;
}
