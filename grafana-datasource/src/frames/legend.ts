// Fills the legend template of a query with what is known of a series.

import type { MetricView, SeriesLine } from "bpflens";

/** Values of a template's variables: `metric`, `metric0`, `instance`, `key0`, … */
export type LegendValues = ReadonlyMap<string, string>;

/**
 * What the template of a series may name.
 *
 * - `$metric`: the metric's full name; `$metric0`: its last part, `$metric1`: the one before, …
 * - `$instance`: the key as bpftrace writes it; `$key`: its parts, separated by commas; `$key0`, `$key1`, …: each part; `$low`, `$high`: bounds of a bucket.
 * - `$map`: the map as the script writes it.
 */
export function legendValues(metric: MetricView, line: SeriesLine): LegendValues {
  const values = new Map([
    ["metric", metric.name],
    ["map", metric.map],
    ["key", line.key.join(", ")],
    ["instance", line.key.length === 0 && line.label === metric.leaf ? "" : line.label],
  ]);
  for (const [place, part] of metric.name.split(".").reverse().entries()) values.set(`metric${place}`, part);
  for (const [name, value] of Object.entries(seriesLabels(line))) values.set(name, value);
  return values;
}

/** Labels of the series' field: the parts of the key, and the bounds of a bucket. */
export function seriesLabels(line: SeriesLine): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const [place, part] of line.key.entries()) labels[`key${place}`] = part;
  if (line.low !== undefined) labels.low = String(line.low);
  if (line.high !== undefined) labels.high = String(line.high);
  return labels;
}

/** The name of a series by its template; a variable that the series has not stays as it is written. */
export function fillLegend(template: string, values: LegendValues): string {
  const filled = template.replace(/\$(?:\{(\w+)\}|(\w+))/g, (written, braced?: string, bare?: string) => {
    return values.get(braced ?? bare ?? "") ?? written;
  });
  return filled.trim();
}
