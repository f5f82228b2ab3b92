// Filters and sorts the rows of a table, without changing the frame they came in.

import type { TableCell, TableFrame } from "bpflens";

export type Row = readonly TableCell[];

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
      : rows.filter((row) => row.some((cell) => textOf(cell).toLowerCase().includes(wanted)));
  if (order === undefined) return kept;
  const sign = order.descending ? -1 : 1;
  return [...kept].sort((a, b) => sign * compare(a[order.column], b[order.column]));
}

/**
 * What stays the same of a row while its values change: its key. A row without one is told by its place among those
 * that are shown.
 */
export function rowIdentity(row: Row, place: number, columns: TableFrame["columns"]): string {
  const key = row.filter((_, column) => columns[column]?.kind === "key");
  return key.length > 0 ? JSON.stringify(key) : String(place);
}

function compare(a: TableCell, b: TableCell): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return textOf(a).localeCompare(textOf(b), undefined, { numeric: true });
}

/** A missing value reads as nothing, not as the word "undefined". */
function textOf(cell: TableCell): string {
  return String(cell ?? "");
}
