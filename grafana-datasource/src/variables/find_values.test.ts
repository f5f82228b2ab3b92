// What a variable's query may say, and the values that it then has.

import { type MetricInstance, readRunningScripts } from "bpflens";
import { expect, test } from "vitest";
import { findValues, parseVariableQuery } from "./find_values";

test.each([
  ["scripts()", { kind: "scripts" }],
  [" scripts ( ) ", { kind: "scripts" }],
  ["maps(io)", { kind: "maps", script: "io" }],
  ["keys(io, @bytes)", { kind: "keys", script: "io", map: "@bytes" }],
  ["keys(s12ab,@)", { kind: "keys", script: "s12ab", map: "@" }],
])("%s", (text, query) => {
  expect(parseVariableQuery(text)).toEqual(query);
});

test.each([
  "",
  "scripts",
  "scripts(io)",
  "maps()",
  "maps(a, b)",
  "keys(io)",
  "keys(a, @b, c)",
  "label_values(x)",
])("%j is told the forms that there are", (text) => {
  expect(() => parseVariableQuery(text)).toThrow("scripts(), maps(SCRIPT), keys(SCRIPT, @map)");
});

/** A host with two scripts, one of them named, and a map with these instances. */
const host = {
  info: async () =>
    JSON.stringify([
      {
        script_id: "s1",
        metadata: { name: "io" },
        code: "BEGIN {}",
        variables: { "@bytes": {}, "@output": {} },
      },
      { script_id: "s2", metadata: {}, code: "// one\nEND { @ = 1 }", variables: { "@": {} } },
    ]),
  instances: async (metric: string): Promise<MetricInstance[]> => [
    { name: metric, labels: {} },
    { name: "dd,7", labels: { key1: "7", key0: "dd" } },
    { name: "dd,7::4-7", labels: { key0: "dd", key1: "7", low: "4", high: "7" } },
    { name: "4-7", labels: { low: "4", high: "7" } },
  ],
};

test.each([
  [
    "scripts()",
    [
      { text: "io", value: "io" },
      { text: "END { @ = 1 }", value: "s2" },
    ],
  ],
  ["maps(io)", [{ text: "@bytes" }, { text: "output" }]],
  ["maps(s1)", [{ text: "@bytes" }, { text: "output" }]],
  ["keys(io, @bytes)", [{ text: "bpftrace.scripts.io.data.bytes" }, { text: "dd, 7" }]],
  ["keys(s2, @)", [{ text: "bpftrace.scripts.s2.data.root" }, { text: "dd, 7" }]],
])("the values of %s", async (text, values) => {
  expect(await findValues(host, readRunningScripts, text)).toEqual(values);
});

test("a script that does not run has no maps", async () => {
  await expect(findValues(host, readRunningScripts, "maps(x)")).rejects.toThrow(
    "No script x runs on the host.",
  );
});
