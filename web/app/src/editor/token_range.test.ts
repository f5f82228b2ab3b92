// Tokens in view.
import { expect, test } from "vitest";
import { tokensBetween } from "./token_range.ts";

/** Tokens at 0–3, 4–8, 8–9 and 20–30; their kinds are 0 to 3. */
const TOKENS = new Uint32Array([0, 3, 0, 4, 8, 1, 8, 9, 2, 20, 30, 3]);

test.each([
  [0, 100, "0 1 2 3", "all of them"],
  [3, 4, "", "the gap between two"],
  [5, 6, "1", "the inside of one"],
  [2, 5, "0 1", "both that are cut"],
  [8, 20, "2", "neither the one that ends there nor the one that begins there"],
  [9, 20, "", "a long gap"],
  [30, 40, "", "behind the last"],
  [0, 0, "", "nothing"],
])("between %d and %d: '%s', %s", (from, to, kinds) => {
  const found = tokensBetween(TOKENS, from, to);
  expect([...found].filter((_, i) => i % 3 === 2).join(" ")).toBe(kinds);
});

test("a text without tokens has none", () => {
  expect(tokensBetween(new Uint32Array(0), 0, 10)).toEqual(new Uint32Array(0));
});
