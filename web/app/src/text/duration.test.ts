// Spans and times as the status line and the tooltips write them.
import { expect, test } from "vitest";
import { formatDuration, formatTimeOfDay } from "./duration.ts";

test.each([
  [-5, "0.0 s"],
  [4249, "4.2 s"],
  [59_900, "59 s"],
  [65_000, "1 min 05 s"],
  [7_380_000, "2 h 03 min"],
])("%d ms reads %s", (millis, text) => {
  expect(formatDuration(millis)).toBe(text);
});

test("a time of day has two digits each", () => {
  expect(formatTimeOfDay(new Date(2026, 0, 2, 4, 3, 9).getTime())).toBe("04:03:09");
});
