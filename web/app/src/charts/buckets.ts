// Words for histogram buckets, and the scale of their colours.

import type { HeatBucket } from "bpflens";
import { formatValue } from "../text/units.ts";

/** `4 µs – 7 µs`; open ends read `-1 µs and less` and `1.02 ms and more`. */
export function bucketText({ low, high }: HeatBucket, unit: string): string {
  if (low === undefined) return high === undefined ? "all" : `${formatValue(high, unit)} and less`;
  if (high === undefined) return `${formatValue(low, unit)} and more`;
  if (low === high) return formatValue(low, unit);
  return `${formatValue(low, unit)} – ${formatValue(high, unit)}`;
}

/** A short label for the axis: where the bucket begins. */
export function bucketTick({ low, high }: HeatBucket, unit: string): string {
  if (low === undefined) return high === undefined ? "" : `≤ ${formatValue(high, unit)}`;
  return formatValue(low, unit);
}

/** Share of the colour scale: logarithmic, as counts of a histogram differ by orders of magnitude. */
export function heatShare(count: number, max: number): number {
  return max > 0 ? Math.log1p(count) / Math.log1p(max) : 0;
}

/** The column that a time falls in; undefined outside. `starts` ascend, and its last element ends the last column. */
export function columnAt(starts: Float64Array, time: number): number | undefined {
  let low = 0;
  let high = starts.length - 1;
  if (high < 1 || time < (starts[0] ?? 0) || time >= (starts[high] ?? 0)) return undefined;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= time) low = middle;
    else high = middle;
  }
  return low;
}
