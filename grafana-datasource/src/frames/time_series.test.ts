// The order of series does not follow their values, so that a panel's structure stays while its instances stay.

import type { MetricView, SeriesFrame } from "bpflens";
import { expect, test } from "vitest";
import type { BpfQuery } from "../query/model";
import { restNotice, timeSeriesFrame } from "./time_series";

const QUERY: BpfQuery = { refId: "A", version: 1, expr: "", format: "timeseries" };
const METRIC = { name: "bpftrace.scripts.s.data.reads", leaf: "reads", map: "@reads" } as MetricView;

function samples(labels: string[], more: Partial<SeriesFrame> = {}): SeriesFrame {
  const series = labels.map((label) => ({ label, key: [label], values: Float64Array.of(1, Number.NaN) }));
  return { times: Float64Array.of(0, 1000), series, omitted: 0, unit: "count/s", ...more };
}

const names = (frame: SeriesFrame, isOnly = true) =>
  timeSeriesFrame(QUERY, METRIC, frame, isOnly).fields.map(({ name }) => name);

test("series stand by their names, numbers by their value", () => {
  expect(names(samples(["100", "dd", "17"]))).toEqual(["time", "17", "100", "dd"]);
  expect(names(samples(["dd", "17", "100"]))).toEqual(["time", "17", "100", "dd"]);
});

test("several maps of one panel have their name before the key", () => {
  expect(names(samples(["dd", "reads"]), false)).toEqual(["time", "reads dd", "reads"]);
});

test("a gap is null, the rest stands last", () => {
  const { fields } = timeSeriesFrame(QUERY, METRIC, samples(["dd"], { rest: Float64Array.of(5, 6) }), true);
  expect(fields.map(({ name, values }) => [name, values])).toEqual([
    ["time", [0, 1000]],
    ["dd", [1, null]],
    ["other", [5, 6]],
  ]);
});

test("what is left out is told", () => {
  expect(restNotice(QUERY, METRIC, samples([]))).toBeUndefined();
  expect(restNotice({ ...QUERY, topK: 1 }, METRIC, samples(["dd"], { omitted: 3 }))).toBe(
    "@reads: the 1 largest series are drawn, 3 smaller ones are left out.",
  );
});
