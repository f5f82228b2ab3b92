// Which metrics a query draws, and how.

import type { Format, MetricView } from "bpflens";
import { expect, test } from "vitest";
import type { QueryFormat } from "../query/model";
import { choose } from "./choice";

function metric(map: string, formats: Format[], metrictype?: MetricView["metrictype"]): MetricView {
  const leaf = map.replace("@", "");
  const [defaultFormat = "table"] = formats;
  const common = {
    semantics: "counter",
    units: "none",
    instances: 1,
    generation: 1,
    scratch: false,
  } as const;
  return {
    ...common,
    name: `bpftrace.scripts.s.data.${leaf}`,
    leaf,
    map,
    formats,
    defaultFormat,
    metrictype,
  } as MetricView;
}

const COUNTS = metric("@counts", ["timeseries", "table"]);
const READS = metric("@reads", ["timeseries", "table"]);
const USECS = metric("@usecs", ["heatmap", "table", "timeseries"], "histogram");
const STACKS = metric("@stacks", ["flamegraph", "table"], "stacks");
const OUTPUT = metric("output", ["table"], "output");
const STARTS = { ...metric("@starts", ["timeseries", "table"]), scratch: true };
const ALL = [COUNTS, OUTPUT, READS, STACKS, USECS];

test.each<[QueryFormat, string[] | undefined, MetricView[], string, string[], string[]]>([
  // format, maps, of the script → format, drawn, left out
  ["auto", undefined, ALL, "timeseries", ["@counts", "@reads"], ["output", "@stacks", "@usecs"]],
  ["auto", undefined, [OUTPUT, STACKS], "flamegraph", ["@stacks"], ["output"]],
  ["auto", undefined, [OUTPUT], "csvtable", ["output"], []],
  ["auto", ["@usecs", "@counts"], ALL, "heatmap", ["@usecs"], ["@counts"]],
  ["auto", undefined, [], "timeseries", [], []],
  ["auto", undefined, [STARTS, USECS], "heatmap", ["@usecs"], []],
  ["auto", ["@starts"], [STARTS, USECS], "timeseries", ["@starts"], []],
  ["auto", undefined, [STARTS], "timeseries", ["@starts"], []],
  ["timeseries", undefined, [COUNTS, STARTS], "timeseries", ["@counts", "@starts"], []],
  ["timeseries", undefined, ALL, "timeseries", ["@counts", "@reads"], []],
  ["timeseries", ["@usecs"], ALL, "timeseries", ["@usecs"], []],
  ["timeseries", ["@reads", "@counts"], ALL, "timeseries", ["@reads", "@counts"], []],
  ["heatmap", undefined, ALL, "heatmap", ["@usecs"], []],
  ["table", undefined, ALL, "table", ["@counts", "@reads"], []],
  ["table", undefined, [OUTPUT], "table", ["output"], []],
  ["csvtable", undefined, ALL, "csvtable", ["output"], []],
  ["csvtable", ["@reads"], ALL, "csvtable", [], ["@reads"]],
  ["flamegraph", undefined, ALL, "flamegraph", ["@stacks"], []],
  ["flamegraph", undefined, [COUNTS], "flamegraph", [], []],
])("%s of %j", (format, maps, metrics, chosen, drawn, leftOut) => {
  const choice = choose({ format, ...(maps ? { maps } : {}) }, metrics);
  expect([choice.format, choice.metrics.map(({ map }) => map), choice.leftOut]).toEqual([
    chosen,
    drawn,
    leftOut,
  ]);
});
