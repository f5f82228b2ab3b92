// Cells as Grafana's heat map panel reads them: by the order of the fields.

import { expect, test } from "vitest";
import { heatMapFrame } from "./heat_map";

function fieldsOf(buckets: { low: number; high: number }[], counts: number[]) {
  const times = Float64Array.from([0, 1000, 2000]);
  const heat = { times, buckets, counts: Float64Array.from(counts), max: 9, unit: "microsec", keys: [] };
  const { fields, meta } = heatMapFrame("A", "usecs", heat, 100);
  expect(meta?.type).toBe("heatmap-cells");
  return fields.map(({ name, values, config }) => [name, values, config.unit]);
}

test("powers of two have both bounds, for a logarithmic axis", () => {
  const buckets = [
    { low: 1, high: 1 },
    { low: 2, high: 3 },
  ];
  expect(fieldsOf(buckets, [1, 2, 3, Number.NaN])).toEqual([
    ["xMax", [0, 0, 1000, 1000, 2000, 2000], undefined],
    ["yMin", [1, 2, 1, 2, 1, 2], "µs"],
    ["yMax", [2, 4, 2, 4, 2, 4], "µs"],
    ["count", [null, null, 1, 2, 3, null], "short"],
  ]);
});

test("equal widths have their lower bound alone, for a linear axis", () => {
  const buckets = [
    { low: 0, high: 9 },
    { low: 10, high: 19 },
  ];
  expect(fieldsOf(buckets, [1, 2, 3, 4]).map(([name]) => name)).toEqual(["xMax", "yMin", "count"]);
});
