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
  expect(mapOptions(["@a", "output"], ["@a", "@old"], (choice) => [choice])).toEqual([
    { value: "@a", label: "@a" },
    { value: "output", label: "output" },
    { value: "@old", label: "@old (not in the script)" },
  ]);
});

test("a variable is no map that is missing, unless none of its values is in the script", () => {
  const expand = (choice: string) => (choice === "$maps" ? ["@gone", "@a"] : ["@gone"]);
  expect(mapOptions(["@a"], ["$maps", "$other"], expand).map(({ label }) => label)).toEqual([
    "@a",
    "$maps",
    "$other (not in the script)",
  ]);
});
