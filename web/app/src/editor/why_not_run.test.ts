// Which scripts may be sent, judged by the real core.
import { beforeAll, expect, test } from "vitest";
import { loadCore } from "../../../tests/core.ts";
import { whyNotRun } from "./why_not_run.ts";

beforeAll(loadCore);

test("a script without errors may run, warnings do not matter", () => {
  expect(whyNotRun("BEGIN { @x = 1; }", undefined)).toBeUndefined();
  expect(whyNotRun("// inculde: @x\nBEGIN { @x = 1; }", "0.17.0")).toBeUndefined();
});

test("the first error is named, the others are counted", () => {
  expect(whyNotRun("BEGIN {\n  @x = nosuch(1); @y = nosuch2(2);\n}", "0.17.0")).toMatch(
    /^Not run: line 2: .*nosuch.* \(and 1 more\)$/,
  );
});

test("an empty script is not sent", () => {
  expect(whyNotRun(" \n", undefined)).toBe("Not run: the script is empty.");
});

test("a version that nobody knows is no reason to fail", () => {
  expect(whyNotRun("BEGIN { @x = 1; }", "main-7f3a")).toBeUndefined();
});
