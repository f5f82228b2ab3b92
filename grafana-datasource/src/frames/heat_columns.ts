// The columns of a heat map: as many as the panel has room for, on a grid that does not move with the window.

import { type HeatFrame, toArray, withGaps } from "bpflens";

export interface HeatColumns {
  /** End of each column, ascending, in milliseconds since 1970. */
  readonly ends: number[];
  /** Column after column, a count per bucket; `null` where it cannot be told. */
  readonly counts: (number | null)[];
}

/** They begin with an empty one: Grafana takes the width of all from the first two, which may lie closer or wider than usual. */
export function heatColumns(heat: HeatFrame, maxColumns: number): HeatColumns {
  const rows = heat.buckets.length;
  const columns = rows === 0 ? 0 : Math.floor(heat.counts.length / rows);
  const ends = toArray(heat.times.subarray(1, columns + 1));
  const width = medianWidth(heat.times);
  const each = Math.max(Math.ceil(columns / Math.max(maxColumns, 1)), 1);
  const drawn =
    each === 1 ? { ends, counts: withGaps(heat.counts) } : merged(heat.counts, ends, width * each);
  const [first] = drawn.ends;
  if (first === undefined) return drawn;
  const empty = new Array<null>(rows).fill(null);
  return { ends: [first - width * each, ...drawn.ends], counts: [...empty, ...drawn.counts] };
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
