// What a panel says about what it does not show.

import { expect, test } from "vitest";
import type { Choice } from "./choice";
import { explanations } from "./explanations";

const DRAWN = {} as Choice["metrics"][number];

function explain(choice: Partial<Choice>): string[] {
  return explanations({ format: "timeseries", metrics: [DRAWN], leftOut: [], missing: [], ...choice });
}

test("a picture of all that was asked for needs no words", () => {
  expect(explain({})).toEqual([]);
});

test("maps that another picture would show are named", () => {
  expect(explain({ leftOut: ["@usecs", "output"] })).toEqual([
    "Not shown as a time series: @usecs, output. Choose a map or a format in the query.",
  ]);
});

test("a map that is not in the script is named, and the format is not blamed for it", () => {
  expect(explain({ metrics: [], missing: ["@gone"] })).toEqual([
    "The script has no @gone. Choose maps in the query that it has, or none for all.",
  ]);
});

test("a format that finds nothing says what it needs", () => {
  const needs =
    "cannot be drawn as a flame graph, which needs a map with a stack as its key, as @stacks[kstack] = count().";
  expect(explain({ format: "flamegraph", metrics: [] })).toEqual([`Nothing of the script ${needs}`]);
  expect(explain({ format: "flamegraph", metrics: [], leftOut: ["@reads"] })).toEqual([`@reads ${needs}`]);
});
