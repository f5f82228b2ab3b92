// Legend templates, as grafana-pcp's users write them.

import type { MetricView, SeriesLine } from "bpflens";
import { expect, test } from "vitest";
import { fillLegend, legendValues, seriesLabels } from "./legend";

const METRIC = { name: "bpftrace.scripts.io.data.bytes", leaf: "bytes", map: "@bytes" } as MetricView;

function line(label: string, key: string[], more: Partial<SeriesLine> = {}): SeriesLine {
  return { label, key, values: new Float64Array(), ...more };
}

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: these are templates of legends
test.each([
  ["$metric", "bpftrace.scripts.io.data.bytes"],
  ["$metric0", "bytes"],
  ["$metric1.$metric0", "data.bytes"],
  ["$map of $instance", "@bytes of dd, read"],
  ["$key", "dd, read"],
  ["$key0/${key1}", "dd/read"],
  ["${key0}s", "dds"],
  ["$key7 $cost", "$key7 $cost"],
  // biome-ignore-end lint/suspicious/noTemplateCurlyInString: the templates end here
])("%s", (template, name) => {
  expect(fillLegend(template, legendValues(METRIC, line("dd, read", ["dd", "read"])))).toBe(name);
});

test("a value without a key has no instance", () => {
  expect(fillLegend("$metric0 $instance", legendValues(METRIC, line("bytes", [])))).toBe("bytes");
});

test("labels are the parts of the key and the bounds of a bucket", () => {
  expect(seriesLabels(line("x::4-7", ["x"], { low: 4, high: 7 }))).toEqual({
    key0: "x",
    low: "4",
    high: "7",
  });
});
