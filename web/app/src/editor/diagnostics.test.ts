// Where findings end up in the document.
import { Text } from "@codemirror/state";
import { expect, test } from "vitest";
import { type Finding, findingOfHost, markerOf } from "./diagnostics.ts";

const DOCUMENT = Text.of(["BEGIN {", "  oops();", "}"]);

function rangeOf(place: { line?: number; column?: number; endColumn?: number }): string | undefined {
  const { range } = findingOfHost({ severity: "error", message: "no", ...place }, DOCUMENT);
  return range && `${range.from}-${range.to} "${DOCUMENT.sliceString(range.from, range.to)}"`;
}

test.each([
  [{ line: 2, column: 3, endColumn: 7 }, '10-14 "oops"'],
  [{ line: 2, column: 3 }, '10-17 "oops();"'],
  [{ line: 2 }, '8-17 "  oops();"'],
  [{ line: 2, column: 3, endColumn: 900 }, '10-17 "oops();"'],
  [{ line: 1, column: 0, endColumn: 0 }, '0-0 ""'],
  [{ line: 9, column: 1 }, undefined],
  [{ line: 0 }, undefined],
  [{}, undefined],
])("bpftrace's %j is marked at %s", (place, range) => {
  expect(rangeOf(place)).toBe(range);
});

const FINDING: Finding = {
  source: "analysis",
  severity: "warning",
  message: "unused map",
  hint: "delete it",
  fixes: [{ title: "Delete", edits: [] }],
  range: { from: 4, to: 900 },
};

test("a marker stays inside the document and carries hint and fixes", () => {
  const marker = markerOf(FINDING, 10);
  expect(marker).toMatchObject({ from: 4, to: 10, message: "unused map\ndelete it", severity: "warning" });
  expect(marker?.actions?.map((action) => action.name)).toEqual(["Delete"]);
});

test("a finding about the whole script has no marker", () => {
  expect(markerOf({ ...FINDING, range: undefined }, 10)).toBeUndefined();
});
