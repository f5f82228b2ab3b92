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

test("few columns stay as they are, behind an empty one; what cannot be told is null", () => {
  expect(heatColumns(heat([0, 1000, 2000], [1, 2, Number.NaN, 4], 2), 10)).toEqual({
    ends: [0, 1000, 2000],
    counts: [null, null, 1, 2, null, 4],
  });
});

test.each([
  ["a gap between the first columns widens none", [0, 1000, 9000, 10_000, 11_000]],
  ["first columns that lie closely narrow none", [0, 200, 400, 1400, 2400, 3400]],
])("%s: the empty column is as far before the first as columns usually are", (_, times) => {
  const [empty, first] = heatColumns(heat(times, times.slice(1), 1), 10).ends;
  expect((first ?? 0) - (empty ?? 0)).toBe(1000);
});

test("a single column has a width too", () => {
  expect(heatColumns(heat([0, 1000], [5], 1), 10)).toEqual({ ends: [0, 1000], counts: [null, 5] });
});

test("more columns than the panel has room for are added up", () => {
  expect(heatColumns(heat([0, 1000, 2000, 3000, 4000], [1, 2, Number.NaN, 4], 1), 2)).toEqual({
    ends: [0, 2000, 4000],
    counts: [null, 3, 4],
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
