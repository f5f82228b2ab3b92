// Where findings end up in the document.
import { Text } from "@codemirror/state";
import { expect, test } from "vitest";
import { type Finding, findingsOfFailure, markerOf } from "./diagnostics.ts";

const DOCUMENT = Text.of(["BEGIN {", "  oops();", "}"]);

function rangeOf(place: { line?: number; column?: number; endColumn?: number }): string | undefined {
  const diagnostic = { severity: "error" as const, message: "no", ...place };
  const failure = { state: "error" as const, message: "did not run", diagnostics: [diagnostic] };
  const range = findingsOfFailure(failure, DOCUMENT)[0]?.range;
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

test("a failure without findings is shown by its message, for the whole script", () => {
  const findings = findingsOfFailure({ state: "error", message: "exit code 1", diagnostics: [] }, DOCUMENT);
  expect(findings.map(({ message, range }) => ({ message, range }))).toEqual([
    { message: "exit code 1", range: undefined },
  ]);
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
