// Turns whatever a dashboard has stored into today's query: older versions of ours, and grafana-pcp's bpftrace queries.

import { type BpfQuery, type FlameFilters, MAX_TOP_K, type QueryFormat } from "./model";

/** Every spelling of a format that a stored query may have: ours first, then those of grafana-pcp's releases. */
const FORMATS: ReadonlyMap<string, QueryFormat> = new Map([
  ["auto", "auto"],
  ["timeseries", "timeseries"],
  ["heatmap", "heatmap"],
  ["table", "table"],
  ["csvtable", "csvtable"],
  ["flamegraph", "flamegraph"],
  ["time_series", "timeseries"],
  ["metrics_table", "table"],
  ["csv_table", "csvtable"],
  ["flame_graph", "flamegraph"],
  ["flamegraph_grafana", "flamegraph"],
]);

/** Reads a stored query; never throws. */
export function migrate(stored: unknown): BpfQuery {
  return migrateWithNotice(stored).query;
}

/** Reads a stored query, and says what of it could not be understood. */
export function migrateWithNotice(stored: unknown): { query: BpfQuery; notice?: string } {
  if (!isRecord(stored)) {
    const query: BpfQuery = { refId: "A", version: 1, expr: "", format: "auto" };
    return stored === undefined ? { query } : { query, notice: "The stored query is no object." };
  }
  const problems: string[] = [];
  const query: BpfQuery = {
    ...envelope(stored),
    refId: text(stored.refId) ?? "A",
    version: 1,
    expr: expression(stored.expr, problems),
    format: format(stored.format, problems),
  };
  const optional: Partial<BpfQuery> = {
    legend: text(stored.legend) ?? text(stored.legendFormat),
    maps: names(stored.maps),
    topK: positiveInteger(stored.topK, MAX_TOP_K),
    rate: flag(stored.rate) ?? rateOf(stored.options),
    rest: flag(stored.rest),
    url: text(stored.url),
    hostspec: text(stored.hostspec),
    flame: flameFilters(stored),
  };
  Object.assign(query, withoutUndefined(optional));
  return problems.length > 0 ? { query, notice: problems.join(" ") } : { query };
}

/** The fields that Grafana itself keeps in every query. */
function envelope(stored: Record<string, unknown>): Partial<BpfQuery> {
  const { hide, key, queryType, datasource } = stored;
  return withoutUndefined({
    hide: flag(hide),
    key: text(key),
    queryType: text(queryType),
    datasource: (isRecord(datasource) ? datasource : undefined) as BpfQuery["datasource"],
  });
}

function expression(value: unknown, problems: string[]): string {
  if (typeof value === "string") return value;
  if (value !== undefined && value !== null) problems.push("The stored script is no text.");
  return "";
}

function format(value: unknown, problems: string[]): QueryFormat {
  if (value === undefined || value === null) return "auto";
  const known = typeof value === "string" ? FORMATS.get(value.toLowerCase()) : undefined;
  if (known) return known;
  problems.push(
    `The stored format ${JSON.stringify(value)} is not known: the format that suits the map is shown.`,
  );
  return "auto";
}

/** grafana-pcp keeps `options.rateConversion`; only its `false` differs from our default. */
function rateOf(options: unknown): boolean | undefined {
  return isRecord(options) && options.rateConversion === false ? false : undefined;
}

/** Ours stand in `flame`; grafana-pcp spells them `flamegraphMinSamples` and so on, beside `expr` or in `options`. */
function flameFilters(stored: Record<string, unknown>): FlameFilters | undefined {
  const own = isRecord(stored.flame) ? stored.flame : {};
  const options = isRecord(stored.options) ? stored.options : {};
  const first = (...keys: string[]) =>
    [stored, options].flatMap((place) => keys.map((key) => place[key])).find((value) => value !== undefined);
  const filters = withoutUndefined<FlameFilters>({
    minSamples: positiveInteger(own.minSamples ?? first("flamegraphMinSamples", "minSamples")),
    hideUnresolved: flag(
      own.hideUnresolved ??
        first("flamegraphHideUnresolved", "flamegraphHideUnresolvedStackFrames", "hideUnresolvedStackFrames"),
    ),
    hideIdle: flag(own.hideIdle ?? first("flamegraphHideIdle", "flamegraphHideIdleStacks", "hideIdleStacks")),
  });
  return Object.keys(filters).length > 0 ? filters : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function flag(value: unknown): boolean | undefined {
  return typeof value === "boolean" ? value : undefined;
}

function names(value: unknown): string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const strings = value.filter((name): name is string => typeof name === "string" && name !== "");
  return strings.length > 0 ? [...new Set(strings)] : undefined;
}

function positiveInteger(value: unknown, limit = Number.MAX_SAFE_INTEGER): number | undefined {
  return typeof value === "number" && value >= 1 ? Math.min(Math.floor(value), limit) : undefined;
}

function withoutUndefined<T extends object>(fields: { [K in keyof T]: T[K] | undefined }): Partial<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>;
}
