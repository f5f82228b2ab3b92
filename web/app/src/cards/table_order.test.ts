// Order and filter of a table.
import { expect, test } from "vitest";
import { arrange, initialOrder, nextOrder, rowIdentity } from "./table_order.ts";

const ROWS = [
  ["dd", 5000],
  ["node", 12],
  ["Xorg", 99],
];

function names(filter: string, order?: { column: number; descending: boolean }): string {
  return arrange(ROWS, filter, order)
    .map(([name]) => name)
    .join(" ");
}

test("numbers sort by value, names by alphabet", () => {
  expect(names("", { column: 1, descending: true })).toBe("dd Xorg node");
  expect(names("", { column: 1, descending: false })).toBe("node Xorg dd");
  expect(names("", { column: 0, descending: false })).toBe("dd node Xorg");
  expect(names("")).toBe("dd node Xorg");
});

test("the filter looks at all cells, in any case", () => {
  expect(names("xo")).toBe("Xorg");
  expect(names(" 5000 ")).toBe("dd");
  expect(names("nothing")).toBe("");
});

test("a missing value is no text to find, and comes before all others", () => {
  const rows = [
    ["dd", 1, 2],
    ["cat", undefined, 3],
  ];
  expect(arrange(rows, "undefined", undefined)).toEqual([]);
  expect(arrange(rows, "cat", undefined)).toEqual([["cat", undefined, 3]]);
  expect(arrange(rows, "", { column: 1, descending: false }).map(([name]) => name)).toEqual(["cat", "dd"]);
});

test("a row stays the same row while its values change, wherever it is shown", () => {
  const key = { name: "comm", kind: "key" } as const;
  const value = { name: "count", kind: "value" } as const;
  const columns = [key, key, value, value, value];
  const before = rowIdentity(["dd", 1, 10, 5, 50], 0, columns);
  expect(rowIdentity(["dd", 1, 11, 6, 66], 7, columns)).toBe(before);
  expect(rowIdentity(["dd", 2, 10, 5, 50], 0, columns)).not.toBe(before);
  expect(rowIdentity(["dd", undefined, 10, 5, 50], 0, columns)).not.toBe(before);
});

test("rows without a key are told by their place: a script may print the same line twice", () => {
  const columns = [{ name: "output", kind: "value" } as const];
  expect(rowIdentity(["same"], 0, columns)).not.toBe(rowIdentity(["same"], 1, columns));
});

test("a second click turns the order around", () => {
  const first = nextOrder(undefined, 1, true);
  expect(first).toEqual({ column: 1, descending: true });
  expect(nextOrder(first, 1, true)).toEqual({ column: 1, descending: false });
  expect(nextOrder(first, 0, false)).toEqual({ column: 0, descending: false });
});

test("a keyed table starts with its greatest value, printed lines as they came", () => {
  const key = { name: "comm", kind: "key" } as const;
  const value = { name: "@n", kind: "value" } as const;
  expect(initialOrder({ columns: [key, value], rows: [], omitted: 0 })).toEqual({
    column: 1,
    descending: true,
  });
  expect(initialOrder({ columns: [value], rows: [], omitted: 0 })).toBeUndefined();
});
