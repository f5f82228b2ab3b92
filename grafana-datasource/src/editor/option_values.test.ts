// What is typed into the options, and what they offer.

import { expect, test } from "vitest";
import { mapOptions, readTopK } from "./option_values";

test.each([
  ["20", 20],
  [" 7.4 ", 7],
  ["1e9", 500],
  ["0", undefined],
  ["-3", undefined],
  ["", undefined],
  ["many", undefined],
])("%j series are %j", (text, number) => {
  expect(readTopK(text)).toBe(number);
});

test("a chosen map that the script has no more is offered, with the reason", () => {
  expect(mapOptions(["@a", "output"], ["@a", "@old"])).toEqual([
    { value: "@a", label: "@a" },
    { value: "output", label: "output" },
    { value: "@old", label: "@old (not in the script)" },
  ]);
});
