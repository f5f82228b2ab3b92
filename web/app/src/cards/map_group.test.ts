// Cards are made per map, and a remembered format is only used where it fits.
import type { MetricView } from "bpflens";
import { expect, test } from "vitest";
import { choiceKey, formatOf, groupByMap, partName } from "./map_group.ts";

function metric(leaf: string, map: string): MetricView {
  return {
    name: `bpftrace.scripts.s1.data.${leaf}`,
    leaf,
    map,
    scratch: false,
    semantics: "counter",
    units: "count",
    formats: ["timeseries", "table"],
    defaultFormat: "timeseries",
    instances: 1,
    generation: 1,
  };
}

test("the three metrics of stats() share a card", () => {
  const groups = groupByMap([
    metric("x.count", "@x"),
    metric("n", "@n"),
    metric("x.average", "@x"),
    metric("x.total", "@x"),
  ]);
  expect(groups.map(({ map, metrics }) => `${map}: ${metrics.map(partName).join(" ")}`)).toEqual([
    "@x: count average total",
    "@n: n",
  ]);
});

test("the choice for a map is not that for a map of another kind with its name", () => {
  const [counter] = groupByMap([metric("root", "@")]);
  const [stacks] = groupByMap([{ ...metric("root", "@"), defaultFormat: "flamegraph" }]);
  expect(counter && choiceKey(counter)).toBe("@ timeseries");
  expect(stacks && choiceKey(stacks)).toBe("@ flamegraph");
});

test("a format that does not fit gives way to the default", () => {
  expect(formatOf(metric("n", "@n"), "table")).toBe("table");
  expect(formatOf(metric("n", "@n"), "flamegraph")).toBe("timeseries");
  expect(formatOf(metric("n", "@n"), undefined)).toBe("timeseries");
});
