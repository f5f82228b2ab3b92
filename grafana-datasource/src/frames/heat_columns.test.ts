// The columns of a heat map: gaps stay gaps, many columns are added up on a grid that stays where it is.

import { expect, test } from "vitest";
import { heatColumns } from "./heat_columns";

function heat(times: number[], counts: number[], rows: number) {
  const buckets = Array.from({ length: rows }, (_, row) => ({ low: row, high: row }));
  return {
    times: Float64Array.from(times),
    counts: Float64Array.from(counts),
    buckets,
    max: 0,
    unit: "",
    keys: [],
  };
}

test("few columns stay as they are; what cannot be told is null", () => {
  expect(heatColumns(heat([0, 1000, 2000], [1, 2, Number.NaN, 4], 2), 10)).toEqual({
    ends: [1000, 2000],
    counts: [1, 2, null, 4],
  });
});

test("a gap between the first columns does not widen all: an empty column stands before it", () => {
  expect(heatColumns(heat([0, 1000, 9000, 10_000, 11_000], [1, 2, 3, 4], 1), 10)).toEqual({
    ends: [0, 1000, 9000, 10_000, 11_000],
    counts: [null, 1, 2, 3, 4],
  });
});

test("a single column has a width too", () => {
  expect(heatColumns(heat([0, 1000], [5], 1), 10)).toEqual({ ends: [0, 1000], counts: [null, 5] });
});

test("more columns than the panel has room for are added up", () => {
  expect(heatColumns(heat([0, 1000, 2000, 3000, 4000], [1, 2, Number.NaN, 4], 1), 2)).toEqual({
    ends: [2000, 4000],
    counts: [3, 4],
  });
});

test("the grid stays where it is when the window moves on", () => {
  const before = heatColumns(heat([0, 1000, 2000, 3000, 4000], [1, 2, 3, 4], 1), 2);
  const after = heatColumns(heat([1000, 2000, 3000, 4000, 5000], [2, 3, 4, 5], 1), 2);
  expect(after.ends.filter((end) => before.ends.includes(end))).toEqual(before.ends);
});

test("no buckets, no columns", () => {
  expect(heatColumns(heat([], [], 0), 10)).toEqual({ ends: [], counts: [] });
});
