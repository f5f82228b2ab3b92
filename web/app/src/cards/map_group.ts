// Groups the metrics of a script by the map they come from: a map with stats() has three.

import type { Format, MetricView } from "bpflens";

export interface MapGroup {
  /** `@usecs`, or `output` for what the script prints. */
  readonly map: string;
  readonly metrics: readonly MetricView[];
}

/** In the order of the metrics; metrics of a map stay together. */
export function groupByMap(metrics: readonly MetricView[]): MapGroup[] {
  const groups = new Map<string, MetricView[]>();
  for (const metric of metrics) {
    const group = groups.get(metric.map);
    if (group === undefined) groups.set(metric.map, [metric]);
    else group.push(metric);
  }
  return [...groups].map(([map, members]) => ({ map, metrics: members }));
}

/** What a choice of format is remembered by: `@` of another script may well be another kind of map. */
export function choiceKey({ map, metrics }: MapGroup): string {
  return `${map} ${metrics[0]?.defaultFormat ?? ""}`;
}

/** The chosen format if it makes sense for this metric, else its own default. */
export function formatOf(metric: MetricView, chosen: Format | undefined): Format {
  return chosen !== undefined && metric.formats.includes(chosen) ? chosen : metric.defaultFormat;
}

/** The part of a metric's name that tells it from the others of its map: `count` of `x.count`. */
export function partName(metric: MetricView): string {
  return metric.leaf.slice(metric.leaf.lastIndexOf(".") + 1);
}
