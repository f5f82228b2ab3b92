// A table of the values of this moment: sortable, filtered, saved as CSV; plain printed text stays text.

import type { TableCell, TableFrame } from "bpflens";
import { useState } from "preact/hooks";
import { toCsv } from "../text/csv.ts";
import { formatExact, unitLabel } from "../text/units.ts";
import { arrange, initialOrder, nextOrder, type Order, type Row, rowIdentity } from "./table_order.ts";

/** Rows in the page at once; the filter reaches the others. */
const MAX_ROWS = 500;

interface TableCardProps {
  readonly map: string;
  readonly frame: TableFrame;
}

export function TableCard({ map, frame }: TableCardProps) {
  const [filter, setFilter] = useState("");
  const [chosenOrder, setOrder] = useState<Order>();
  const order = chosenOrder ?? initialOrder(frame);
  const rows = arrange(frame.rows, filter, order);
  return (
    <>
      <div class="bar small">
        <label class="field">
          Filter
          <input
            type="search"
            value={filter}
            onInput={(event) => setFilter(event.currentTarget.value)}
            data-testid="table-filter"
          />
        </label>
        <span class="card-note">{rows.length === 1 ? "1 row" : `${formatExact(rows.length)} rows`}</span>
        <span class="spacer" />
        <button type="button" class="button small" onClick={() => saveCsv(map, frame, rows)}>
          Save as CSV
        </button>
      </div>
      {isPlainText(frame) ? (
        <pre class="printed" data-testid="printed">
          {rows.map(([line]) => line).join("\n")}
        </pre>
      ) : (
        <Rows map={map} frame={frame} rows={rows} order={order} onOrder={setOrder} />
      )}
      {frame.omitted > 0 && <p class="card-note">{formatExact(frame.omitted)} more rows are left out.</p>}
    </>
  );
}

interface RowsProps extends TableCardProps {
  readonly rows: readonly Row[];
  readonly order: Order | undefined;
  onOrder(order: Order): void;
}

function Rows({ map, frame, rows, order, onOrder }: RowsProps) {
  const hasKeys = frame.columns.some(({ kind }) => kind === "key");
  const isNumeric = frame.columns.map((_, column) => typeof frame.rows[0]?.[column] === "number");
  return (
    // A scrolling region needs a place in the tab order to be scrolled without a mouse.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
    <section class="table-frame" tabIndex={0} aria-label={`Values of ${map}`}>
      <table class="data-table" data-testid="table">
        <thead>
          <tr>
            {frame.columns.map(({ name, kind, unit }, column) => (
              <th
                key={name}
                class={isNumeric[column] ? "numeric" : ""}
                scope="col"
                aria-sort={order?.column !== column ? "none" : order.descending ? "descending" : "ascending"}
              >
                <button type="button" onClick={() => onOrder(nextOrder(order, column, kind === "value"))}>
                  {name}
                  {unit && unitLabel(unit) !== "" && ` (${unitLabel(unit)})`}
                  {order?.column === column && (order.descending ? " ↓" : " ↑")}
                </button>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, MAX_ROWS).map((row, place) => (
            <tr key={rowIdentity(row, place, frame.columns)}>
              {row.map((cell, column) => (
                <td key={column} class={isNumeric[column] ? "numeric" : ""}>
                  {cellText(cell, hasKeys)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** Values of maps are counts and sizes and get digit groups; what a script printed stays as it printed it. */
function cellText(cell: TableCell, isMapValue: boolean): string | undefined {
  return typeof cell === "number" ? (isMapValue ? formatExact(cell) : String(cell)) : cell;
}

/** What a script prints without separators is read as lines, not as a table of one column. */
function isPlainText(frame: TableFrame): boolean {
  return frame.columns.length === 1 && frame.columns[0]?.name === "output";
}

function saveCsv(map: string, frame: TableFrame, rows: readonly Row[]): void {
  const header = frame.columns.map(({ name }) => name);
  const url = URL.createObjectURL(new Blob([toCsv(header, rows)], { type: "text/csv" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = `${map.replace(/[^\w.-]/g, "")}.csv`;
  link.click();
  URL.revokeObjectURL(url);
}
