// What a variable's query may say.

import { expect, test } from "vitest";
import { parseVariableQuery } from "./find_values";

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
