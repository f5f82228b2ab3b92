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
  const rows = heat.buckets.length;
  const low = (cell: number) => bounds.lows[cell % rows] ?? 0;
  const high = (cell: number) => bounds.highs[cell % rows] ?? 0;
  const cells = columns.counts.length;
  const axis: Field[] = [
    numberField(
      "yMin",
      Array.from({ length: cells }, (_, cell) => low(cell)),
      { unit },
    ),
  ];
  if (!bounds.isLinear) {
    axis.push(
      numberField(
        "yMax",
        Array.from({ length: cells }, (_, cell) => high(cell)),
        { unit },
      ),
    );
  }
  return frame(
    refId,
    [
      timeField(cellTimes(columns, rows), "xMax"),
      ...axis,
      numberField("count", columns.counts, { unit: "short" }),
    ],
    { name, meta: { type: DataFrameType.HeatmapCells } },
  );
}

function cellTimes({ ends }: HeatColumns, rows: number): number[] {
  return ends.flatMap((end) => new Array<number>(rows).fill(end));
}
