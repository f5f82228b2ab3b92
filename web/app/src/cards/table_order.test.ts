// Order and filter of a table.
import { expect, test } from "vitest";
import { arrange, initialOrder, nextOrder } from "./table_order.ts";

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
