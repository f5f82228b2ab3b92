// Findings as markers, on the real core.

import { readFileSync } from "node:fs";
import { analyse, init } from "bpflens";
import { beforeAll, expect, test } from "vitest";
import { analysisMarkers, hostMarkers, markersByLine, onlyOfHost, quickFixes } from "./findings";
import { TextModel } from "./text_model";

beforeAll(() => init(readFileSync(new URL("../../../../web/pkg/bt_wasm_bg.wasm", import.meta.url))));

const SCRIPT = "BEGIN {\n  @x = coutn();\n}";

test("an error marks its words, with the hint below the message", () => {
  const model = new TextModel(SCRIPT);
  const [marker] = analysisMarkers(analyse(SCRIPT).diagnostics, model.getPositionAt);
  expect(marker).toMatchObject({ severity: 8, source: "bpflens", startLineNumber: 2, startColumn: 8 });
  expect(marker?.endColumn).toBe(13);
  expect(marker?.message).toMatch(/coutn.*\n.*count/);
});

test("behind template variables, which have other lengths, the line is marked", () => {
  const [marker] = markersByLine(analyse(SCRIPT).diagnostics);
  expect(marker).toMatchObject({ startLineNumber: 2, startColumn: 1, endColumn: 100_000 });
});

test.each([
  [{ line: 2, column: 3, endColumn: 7 }, "2:3-7"],
  [{ line: 2, column: 3 }, "2:3-100000"],
  [{ line: 2 }, "2:1-100000"],
  [{ line: 1, column: 0, endColumn: 0 }, "1:1-1"],
  [{ line: 0 }, "1:1-100000"],
  [{}, "1:1-100000"],
])("bpftrace's %j is marked at %s", (place, range) => {
  const [marker] = hostMarkers([{ severity: "error", message: "no", ...place }]);
  expect(`${marker?.startLineNumber}:${marker?.startColumn}-${marker?.endColumn}`).toBe(range);
});

test("what the analysis has marked is not said again by the host; another line or another message is", () => {
  const found = analyse(SCRIPT).diagnostics;
  const { message, line } = found[0] ?? { message: "", line: 0 };
  const others = [
    { severity: "error", message, line: line + 1 },
    { severity: "error", message: "no such field", line },
  ] as const;
  expect(onlyOfHost([{ severity: "error", message, line }, ...others], found)).toEqual(others);
});

test("a quick fix is offered where its finding is, and mends it", () => {
  const model = new TextModel(SCRIPT);
  const { diagnostics } = analyse(SCRIPT);
  const at = (startLineNumber: number, column: number) =>
    quickFixes(diagnostics, model.asMonaco(), {
      startLineNumber,
      startColumn: column,
      endLineNumber: startLineNumber,
      endColumn: column,
    });
  expect(at(1, 2)).toEqual([]);
  const [fix] = at(2, 9);
  const edit = fix?.edit?.edits[0];
  if (edit === undefined || !("textEdit" in edit)) throw new Error("no edit of text");
  expect(model.edited(edit.textEdit)).toContain("@x = count();");
});
