// Columns of numbers are numbers, everything else is text; what has no value is null.

import type { TableFrame } from "bpflens";
import { expect, test } from "vitest";
import { tableFrame } from "./table";

test("a table joined by key", () => {
  const table: TableFrame = {
    columns: [
      { name: "key", kind: "key" },
      { name: "bytes", kind: "value", unit: "byte" },
      { name: "note", kind: "value" },
    ],
    rows: [
      ["dd", 12, undefined],
      ["cat", undefined, "x"],
    ],
    omitted: 0,
  };
  const { fields, length } = tableFrame("A", "bytes", table);
  expect(length).toBe(2);
  expect(fields.map(({ name, type, values, config }) => [name, type, values, config])).toEqual([
    ["key", "string", ["dd", "cat"], {}],
    ["bytes", "number", [12, null], { unit: "bytes" }],
    ["note", "string", [null, "x"], {}],
  ]);
});

test("a column that mixes numbers and text is text", () => {
  const { fields } = tableFrame("A", "x", {
    columns: [{ name: "c", kind: "value" }],
    rows: [[1], ["b"]],
    omitted: 0,
  });
  expect(fields[0]).toMatchObject({ type: "string", values: ["1", "b"] });
});
