// Filters and sorts the rows of a table, without changing the frame they came in.

import type { TableFrame } from "bpflens";

export type Row = TableFrame["rows"][number];

/** Which column decides, and in which direction. */
export interface Order {
  readonly column: number;
  readonly descending: boolean;
}

/** A second click on a column turns its order around; values start with the greatest, keys with the first. */
export function nextOrder(order: Order | undefined, column: number, isValue: boolean): Order {
  if (order?.column === column) return { column, descending: !order.descending };
  return { column, descending: isValue };
}

/** The order of a new table: greatest value first, or as it comes if it has no value column. */
export function initialOrder(frame: TableFrame): Order | undefined {
  const column = frame.columns.findIndex(({ kind }) => kind === "value");
  const hasKeys = frame.columns.some(({ kind }) => kind === "key");
  return column >= 0 && hasKeys ? { column, descending: true } : undefined;
}

/** Rows that contain the text in any cell, in any case, in this order. */
export function arrange(rows: readonly Row[], filter: string, order: Order | undefined): readonly Row[] {
  const wanted = filter.trim().toLowerCase();
  const kept =
    wanted === ""
      ? rows
      : rows.filter((row) => row.some((cell) => String(cell).toLowerCase().includes(wanted)));
  if (order === undefined) return kept;
  const sign = order.descending ? -1 : 1;
  return [...kept].sort((a, b) => sign * compare(a[order.column], b[order.column]));
}

function compare(a: string | number | undefined, b: string | number | undefined): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return String(a ?? "").localeCompare(String(b ?? ""), undefined, { numeric: true });
}
