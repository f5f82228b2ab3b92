// What a reader sees for a value of each unit.
import { expect, test } from "vitest";
import { formatExact, formatValue, unitLabel } from "./units.ts";

test.each([
  [0, "count", "0"],
  [5000, "count", "5,000"],
  [48_123, "count", "48.1 k"],
  [2_500_000, "none", "2.5 M"],
  [0.4, "count / sec", "0.4 /s"],
  [1500, "count / sec", "1,500 /s"],
  [0, "microsec", "0 µs"],
  [12_500, "microsec", "12.5 ms"],
  [750, "nanosec", "750 ns"],
  [90, "sec", "90 s"],
  [512, "byte", "512 B"],
  [3277, "byte/s", "3.2 KiB/s"],
  [2, "Mbyte", "2 MiB"],
  [0, "utilisation", "0 %"],
  [1.25, "utilisation", "125 %"],
  [-3, "none", "-3"],
  [0.0042, "none", "0.0042"],
  [null, "byte", "—"],
  [Number.NaN, "byte", "—"],
  [7, "parsec", "7"],
])("%s %s reads %s", (value, unit, text) => {
  expect(formatValue(value, unit)).toBe(text);
});

test.each([
  ["microsec", "µs"],
  ["count", ""],
  ["none", ""],
  ["count / sec", "per second"],
  ["byte / sec", "bytes per second"],
  ["Kbyte", "Kbyte"],
])("the axis of %s says '%s'", (unit, label) => {
  expect(unitLabel(unit)).toBe(label);
});

test("an exact value keeps all its digits", () => {
  expect(formatExact(9_007_199_254_740_991)).toBe("9,007,199,254,740,991");
});
