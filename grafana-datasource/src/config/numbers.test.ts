// What is typed into the settings.

import { expect, test } from "vitest";
import { readNumber } from "./numbers";

test.each([
  ["1800", 1800],
  [" 12.6 ", 13],
  ["1", 10],
  ["-5", 10],
  ["1e12", 9999],
  ["Infinity", 9999],
  ["", undefined],
  [" ", undefined],
  ["half an hour", undefined],
])("%j between 10 and 9,999 is %j", (text, number) => {
  expect(readNumber(text, 10, 9999)).toBe(number);
});
