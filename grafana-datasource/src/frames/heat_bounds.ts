// Where the buckets of a histogram lie on the axis of a heat map.

import type { HeatBucket } from "bpflens";

export interface CellBounds {
  /** Whether all buckets have one width. */
  readonly isLinear: boolean;
  readonly lows: number[];
  /** Excluded: a bucket of whole numbers from 4 to 7 reaches to 8. */
  readonly highs: number[];
}

export function cellBounds(buckets: readonly HeatBucket[]): CellBounds {
  const width = commonWidth(buckets);
  return width === undefined ? logarithmic(buckets) : linear(buckets, width);
}

/** The width of all bounded buckets; nothing if they differ or if there are too few to tell. */
function commonWidth(buckets: readonly HeatBucket[]): number | undefined {
  const widths = buckets.flatMap(({ low, high }) =>
    low === undefined || high === undefined ? [] : high - low + 1,
  );
  const [first] = widths;
  // Two buckets of width 1 may be `0` and `1` of a histogram of powers of two.
  const areFew = widths.length < 2 || (first === 1 && widths.length < 3);
  return areFew || widths.some((width) => width !== first) ? undefined : first;
}

/** The unbounded ends are drawn as wide as the others. */
function linear(buckets: readonly HeatBucket[], width: number): CellBounds {
  const lows = buckets.map(({ low, high }) => low ?? (high ?? 0) + 1 - width);
  return { isLinear: true, lows, highs: lows.map((low) => low + width) };
}

/** A logarithmic axis has no place for zero and below: these buckets take the rows just under the first positive one. */
function logarithmic(buckets: readonly HeatBucket[]): CellBounds {
  const first = buckets.findIndex(({ low }) => low !== undefined && low > 0);
  const positives = first < 0 ? buckets.length : first;
  const lows = buckets.map(({ low }, row) => (row < positives ? 2 ** (row - positives) : (low ?? 1)));
  const highs = buckets.map(({ high }, row) => {
    if (row < positives) return 2 ** (row - positives + 1);
    return high === undefined ? (lows[row] ?? 1) * 2 : high + 1;
  });
  // The rows below zero end where the first positive bucket begins, which need not be 1.
  const start = lows[positives] ?? 1;
  const scaled = (bound: number, row: number) => (row < positives ? bound * start : bound);
  return { isLinear: false, lows: lows.map(scaled), highs: highs.map(scaled) };
}
