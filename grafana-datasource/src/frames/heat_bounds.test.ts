// Where buckets lie: powers of two on a logarithmic axis, equal widths on a linear one.

import { expect, test } from "vitest";
import { cellBounds } from "./heat_bounds";

const bucket = (low: number | undefined, high: number | undefined) => ({ low, high });

test.each([
  [
    "hist: powers of two",
    [bucket(1, 1), bucket(2, 3), bucket(4, 7)],
    { isLinear: false, lows: [1, 2, 4], highs: [2, 4, 8] },
  ],
  [
    "hist with zero and negative values: rows under the first positive one",
    [bucket(undefined, -1), bucket(0, 0), bucket(1, 1), bucket(2, 3)],
    { isLinear: false, lows: [0.25, 0.5, 1, 2], highs: [0.5, 1, 2, 4] },
  ],
  ["hist with zero alone above nothing", [bucket(0, 0)], { isLinear: false, lows: [0.5], highs: [1] }],
  [
    "hist without an upper end",
    [bucket(512, 1023), bucket(1024, undefined)],
    { isLinear: false, lows: [512, 1024], highs: [1024, 2048] },
  ],
  [
    "lhist: one width, open ends as wide as the others",
    [bucket(undefined, -1), bucket(0, 9), bucket(10, 19), bucket(20, undefined)],
    { isLinear: true, lows: [-10, 0, 10, 20], highs: [0, 10, 20, 30] },
  ],
  ["nothing yet", [], { isLinear: false, lows: [], highs: [] }],
])("%s", (_, buckets, bounds) => {
  expect(cellBounds(buckets)).toEqual(bounds);
});
