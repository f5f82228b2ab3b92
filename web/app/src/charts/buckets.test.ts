// Buckets in words, and finding the column below the pointer.
import { expect, test } from "vitest";
import { bucketText, bucketTick, columnAt, heatShare } from "./buckets.ts";

const bucket = (low: number | undefined, high: number | undefined) => ({ low, high });

test.each([
  [bucket(4, 7), "microsec", "4 µs – 7 µs", "4 µs"],
  [bucket(0, 0), "microsec", "0 µs", "0 µs"],
  [bucket(undefined, -1), "none", "-1 and less", "≤ -1"],
  [bucket(undefined, -1), "microsec", "-1 µs and less", "≤ -1 µs"],
  [bucket(1024, undefined), "microsec", "1.02 ms and more", "1.02 ms"],
  [bucket(1024, undefined), "byte", "1 KiB and more", "1 KiB"],
  [bucket(undefined, undefined), "byte", "all", ""],
])("%j in %s reads %s", (given, unit, text, tick) => {
  expect(bucketText(given, unit)).toBe(text);
  expect(bucketTick(given, unit)).toBe(tick);
});

test.each([
  [999, undefined],
  [1000, 0],
  [2999, 1],
  [3000, 2],
  [3999, 2],
  [4000, undefined],
])("time %d is in column %s", (time, column) => {
  expect(columnAt(new Float64Array([1000, 2000, 3000, 4000]), time)).toBe(column);
});

test("no columns, no column", () => {
  expect(columnAt(new Float64Array([]), 5)).toBeUndefined();
  expect(columnAt(new Float64Array([5]), 5)).toBeUndefined();
});

test("the colour scale runs from 0 to 1", () => {
  expect(heatShare(0, 100)).toBe(0);
  expect(heatShare(100, 100)).toBe(1);
  expect(heatShare(0, 0)).toBe(0);
});
