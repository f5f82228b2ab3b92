// The columns of a heat map: as many as the panel has room for, on a grid that does not move with the window.

import type { HeatFrame } from "bpflens";

export interface HeatColumns {
  /** End of each column, ascending, in milliseconds since 1970. */
  readonly ends: number[];
  /** Column after column, a count per bucket; `null` where it cannot be told. */
  readonly counts: (number | null)[];
}

/** Grafana takes the width of all columns from the first two: a gap between them would widen all. */
const WIDEST_FIRST = 1.5;

export function heatColumns(heat: HeatFrame, maxColumns: number): HeatColumns {
  const rows = heat.buckets.length;
  const columns = rows === 0 ? 0 : Math.floor(heat.counts.length / rows);
  const ends = Array.from(heat.times.subarray(1, columns + 1));
  const width = medianWidth(heat.times);
  const room = Math.max(maxColumns, 1);
  if (columns > room) return merged(heat.counts, ends, width * Math.ceil(columns / room));
  const counts = Array.from(heat.counts, (value) => (Number.isNaN(value) ? null : value));
  const [first, second] = ends;
  const isTypical = second !== undefined && first !== undefined && second - first <= width * WIDEST_FIRST;
  if (first === undefined || isTypical) return { ends, counts };
  return { ends: [first - width, ...ends], counts: [...new Array<null>(rows).fill(null), ...counts] };
}

function medianWidth(times: Float64Array): number {
  const widths = times.subarray(1).map((time, place) => time - (times[place] ?? time));
  return widths.sort()[Math.floor(widths.length / 2)] ?? 0;
}

/** Adds up the columns that end in the same cell of a grid in absolute time. */
function merged(counts: Float64Array, ends: readonly number[], width: number): HeatColumns {
  const rows = counts.length / ends.length;
  const sums: HeatColumns = { ends: [], counts: [] };
  for (const [column, end] of ends.entries()) {
    const gridEnd = Math.ceil(end / width) * width;
    if (sums.ends.at(-1) !== gridEnd) {
      sums.ends.push(gridEnd);
      for (let row = 0; row < rows; row++) sums.counts.push(null);
    }
    const start = sums.counts.length - rows;
    for (let row = 0; row < rows; row++) {
      const count = counts[column * rows + row] ?? Number.NaN;
      if (!Number.isNaN(count)) sums.counts[start + row] = (sums.counts[start + row] ?? 0) + count;
    }
  }
  return sums;
}
