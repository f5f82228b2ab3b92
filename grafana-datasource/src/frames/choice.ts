// Chooses which metrics of a script a query draws, and how; says what it leaves out.

import type { Format, MetricView } from "bpflens";
import type { BpfQuery, QueryFormat } from "../query/model";

/** A picture of some metrics. */
export interface Choice {
  readonly format: Exclude<QueryFormat, "auto">;
  readonly metrics: readonly MetricView[];
  /** Maps that the query would draw but this picture cannot show. */
  readonly leftOut: readonly string[];
  /** Maps that the query names and the script does not have. */
  readonly missing: readonly string[];
}

/**
 * The metrics that the query names, in the order in which it names them; or all. A query that asks for nothing in particular
 * is not about the maps that only help its script.
 */
export function choose(query: Pick<BpfQuery, "format" | "maps">, metrics: readonly MetricView[]): Choice {
  const offered = query.format === "auto" ? withoutScratch(metrics) : metrics;
  const wanted = query.maps?.length ? named(query.maps, metrics) : offered;
  const format = query.format === "auto" ? autoFormat(wanted) : query.format;
  const drawn = limit(format, drawable(format, wanted));
  // A query that names neither maps nor a format leaves nothing out by surprise: only then is it worth a notice.
  const isExpected = query.format !== "auto" && !query.maps?.length;
  const leftOut = wanted.filter((metric) => !drawn.includes(metric) && !isExpected);
  const missing = (query.maps ?? []).filter((map) => !metrics.some((metric) => metric.map === map));
  return { format, metrics: drawn, leftOut: [...new Set(leftOut.map(({ map }) => map))], missing };
}

function named(maps: readonly string[], metrics: readonly MetricView[]): MetricView[] {
  return maps.flatMap((map) => metrics.filter((metric) => metric.map === map));
}

/** All of them if there are no others. */
function withoutScratch(metrics: readonly MetricView[]): readonly MetricView[] {
  const others = metrics.filter(({ scratch }) => !scratch);
  return others.length > 0 ? others : metrics;
}

/** That of the first map; printed text decides only if there is nothing else. */
function autoFormat(metrics: readonly MetricView[]): Choice["format"] {
  const first = metrics.find((metric) => !isOutput(metric)) ?? metrics[0];
  if (!first) return "timeseries";
  return isOutput(first) ? "csvtable" : first.defaultFormat;
}

/** Metrics for which the format is the natural one; if there are none, those that it can draw at all. */
function drawable(format: Choice["format"], metrics: readonly MetricView[]): MetricView[] {
  switch (format) {
    case "csvtable":
      return metrics.filter(isOutput);
    case "table": {
      const values = metrics.filter((metric) => metric.metrictype === undefined);
      return values.length > 0 ? values : metrics.filter((metric) => canDraw("table", metric));
    }
    default: {
      const natural = metrics.filter((metric) => metric.defaultFormat === format);
      return natural.length > 0 ? natural : metrics.filter((metric) => canDraw(format, metric));
    }
  }
}

/** Panels for heat maps and flame graphs draw one frame; CSV is one table. A table joins maps but not with text. */
function limit(format: Choice["format"], metrics: MetricView[]): MetricView[] {
  if (format === "timeseries") return metrics;
  if (format !== "table") return metrics.slice(0, 1);
  const values = metrics.filter((metric) => !isOutput(metric));
  return values.length > 0 ? values : metrics;
}

function canDraw(format: Format, metric: MetricView): boolean {
  return metric.formats.includes(format);
}

function isOutput(metric: MetricView): boolean {
  return metric.metrictype === "output";
}
