// Writes a table as CSV (RFC 4180), so that it opens in a spreadsheet.

/** Lines end with CRLF; a cell that a spreadsheet would run as a formula is quoted as text. */
export function toCsv(header: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  return [header, ...rows].map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}

function cell(value: string | number): string {
  if (typeof value === "number") return String(value);
  // Kernel strings are foreign input: `=cmd()` in a file name must stay text.
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
