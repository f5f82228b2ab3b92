// Time series: one wide frame per metric, a field per instance in an order that stays while the instances stay.

import { type DataFrame, DataFrameType, type Field } from "@grafana/data";
import { type MetricView, type SeriesFrame, type SeriesLine, toArray, withGaps } from "bpflens";
import { type BpfQuery, DEFAULT_TOP_K } from "../query/model";
import { frame, numberField, timeField } from "./fields";
import { fillLegend, legendValues, seriesLabels } from "./legend";
import { grafanaUnit } from "./units";

/** `17` stands before `100`, and buckets stand by their bounds. */
const byText = new Intl.Collator("en", { numeric: true });

export function timeSeriesFrame(
  query: BpfQuery,
  metric: MetricView,
  samples: SeriesFrame,
  isOnly: boolean,
): DataFrame {
  const unit = grafanaUnit(samples.unit);
  const fields: Field[] = [...samples.series].sort(byBucketAndLabel).map((line) => {
    const name = seriesName(query, metric, line, isOnly);
    const field = numberField(name, withGaps(line.values), { unit, displayNameFromDS: name });
    return { ...field, labels: seriesLabels(line) };
  });
  if (samples.rest) {
    const name = isOnly ? "other" : `${metric.leaf} other`;
    fields.push(numberField(name, withGaps(samples.rest), { unit, displayNameFromDS: name }));
  }
  return frame(query.refId, [timeField(toArray(samples.times)), ...fields], {
    name: metric.leaf,
    meta: { type: DataFrameType.TimeSeriesWide, preferredVisualisationType: "graph" },
  });
}

/** What the notice about left-out series says; nothing if none are left out. */
export function restNotice(query: BpfQuery, metric: MetricView, samples: SeriesFrame): string | undefined {
  if (samples.omitted === 0) return undefined;
  const shown = query.topK ?? DEFAULT_TOP_K;
  const rest = query.rest ? "added up in one more series" : "left out";
  return `${metric.map}: the ${shown} largest series are drawn, ${samples.omitted} smaller ones are ${rest}.`;
}

function byBucketAndLabel(a: SeriesLine, b: SeriesLine): number {
  const lowest = (line: SeriesLine) => line.low ?? Number.NEGATIVE_INFINITY;
  const areBuckets = a.low !== undefined || b.low !== undefined;
  if (areBuckets && lowest(a) !== lowest(b)) return lowest(a) - lowest(b);
  return byText.compare(a.label, b.label);
}

/** By the query's template; else the key, behind the map's name if the panel has several maps. */
function seriesName(query: BpfQuery, metric: MetricView, line: SeriesLine, isOnly: boolean): string {
  if (query.legend) return fillLegend(query.legend, legendValues(metric, line)) || line.label;
  return isOnly || line.label === metric.leaf ? line.label : `${metric.leaf} ${line.label}`;
}
