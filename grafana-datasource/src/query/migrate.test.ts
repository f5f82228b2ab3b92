// Every stored shape becomes today's query, and rubbish becomes something sensible with a word about it.

import { expect, test } from "vitest";
import { migrateWithNotice } from "./migrate";

const DEFAULTS = { refId: "A", version: 1, expr: "", format: "auto" };

test.each<[string, unknown, object]>([
  ["nothing", undefined, DEFAULTS],
  ["a new query of Grafana's", { refId: "B" }, { ...DEFAULTS, refId: "B" }],
  [
    "our own query",
    {
      refId: "A",
      version: 1,
      expr: "BEGIN {}",
      format: "heatmap",
      legend: "$key0",
      maps: ["@usecs", "@usecs"],
      topK: 5,
      rest: true,
      hostspec: "$host",
      flame: { minSamples: 2, hideIdle: true },
    },
    {
      refId: "A",
      version: 1,
      expr: "BEGIN {}",
      format: "heatmap",
      legend: "$key0",
      maps: ["@usecs"],
      topK: 5,
      rest: true,
      hostspec: "$host",
      flame: { minSamples: 2, hideIdle: true },
    },
  ],
  [
    "a query of grafana-pcp",
    {
      refId: "C",
      datasource: { type: "pcp-bpftrace-datasource", uid: "x" },
      hide: true,
      expr: "kprobe:vfs_read { @ = count(); }",
      format: "time_series",
      legendFormat: "$metric0 $instance",
      url: "http://other:44322",
      hostspec: "pcp://web1",
      options: { rateConversion: true, timeUtilizationConversion: true },
    },
    {
      refId: "C",
      datasource: { type: "pcp-bpftrace-datasource", uid: "x" },
      hide: true,
      version: 1,
      expr: "kprobe:vfs_read { @ = count(); }",
      format: "timeseries",
      legend: "$metric0 $instance",
      url: "http://other:44322",
      hostspec: "pcp://web1",
    },
  ],
  ["grafana-pcp without rates", { options: { rateConversion: false } }, { ...DEFAULTS, rate: false }],
  [
    "flame graph settings of grafana-pcp",
    {
      format: "flamegraph",
      flamegraphMinSamples: 3,
      flamegraphHideUnresolvedStackFrames: true,
      flamegraphHideIdleStacks: false,
    },
    { ...DEFAULTS, format: "flamegraph", flame: { minSamples: 3, hideUnresolved: true, hideIdle: false } },
  ],
  ["more series than can be drawn", { topK: 1e9 }, { ...DEFAULTS, topK: 500 }],
  ["settings of the wrong type", { topK: "9", maps: "@x", legend: 4, flame: [], rest: 1, url: {} }, DEFAULTS],
])("%s", (_, stored, query) => {
  expect(migrateWithNotice(stored)).toEqual({ query });
});

test.each([
  ["time_series", "timeseries"],
  ["heatmap", "heatmap"],
  ["table", "table"],
  ["metrics_table", "table"],
  ["csvtable", "csvtable"],
  ["csv_table", "csvtable"],
  ["flamegraph", "flamegraph"],
  ["flame_graph", "flamegraph"],
  ["flamegraph_grafana", "flamegraph"],
])("the format %s is %s", (stored, format) => {
  expect(migrateWithNotice({ format: stored }).query.format).toBe(format);
});

test.each<[unknown, object, RegExp]>([
  ["text", DEFAULTS, /no object/],
  [null, DEFAULTS, /no object/],
  [[1], DEFAULTS, /no object/],
  [{ format: "pie" }, DEFAULTS, /format "pie" is not known/],
  [{ format: { a: 1 } }, DEFAULTS, /format \{"a":1\} is not known/],
  [{ expr: 7, refId: 7 }, DEFAULTS, /script is no text/],
])("%j is shown as an empty query, with a notice", (stored, query, notice) => {
  const migrated = migrateWithNotice(stored);
  expect(migrated.query).toEqual(query);
  expect(migrated.notice).toMatch(notice);
});

test("what was migrated stays as it is", () => {
  const { query } = migrateWithNotice({ expr: "BEGIN {}", format: "csv_table", legendFormat: "x" });
  expect(migrateWithNotice(query)).toEqual({ query });
});
