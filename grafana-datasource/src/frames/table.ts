// Tables: the latest values of maps joined by key, or the lines that the script has printed.

import type { DataFrame, Field } from "@grafana/data";
import type { TableCell, TableFrame } from "bpflens";
import { frame, numberField, textField } from "./fields";
import { grafanaUnit } from "./units";

export function tableFrame(refId: string, name: string, table: TableFrame): DataFrame {
  const fields = table.columns.map(({ name: heading, unit }, column): Field => {
    const cells = table.rows.map((row) => row[column]);
    const config = unit ? { unit: grafanaUnit(unit) } : {};
    return holdsNumbers(cells)
      ? numberField(heading, cells as (number | null)[], config)
      : textField(heading, cells.map(asText), config);
  });
  return frame(refId, fields.map(withNulls), { name, meta: { preferredVisualisationType: "table" } });
}

/** Whether every cell that has a value is a number; a column without any value is text. */
function holdsNumbers(cells: readonly TableCell[]): boolean {
  return cells.some((cell) => cell !== undefined) && cells.every((cell) => typeof cell !== "string");
}

function asText(cell: TableCell): string | null {
  return cell === undefined ? null : String(cell);
}

function withNulls(field: Field): Field {
  return { ...field, values: field.values.map((value) => value ?? null) };
}
