// Writes a table as CSV (RFC 4180), so that it opens in a spreadsheet.

/** What a cell may hold; undefined is an empty cell. */
export type Cell = string | number | undefined;

/** Lines end with CRLF; a cell that a spreadsheet would run as a formula is quoted as text. */
export function toCsv(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return [header, ...rows].map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}

function cell(value: Cell): string {
  if (value === undefined) return "";
  if (typeof value === "number") return String(value);
  // Kernel strings are foreign input: `=cmd()` in a file name must stay text.
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
