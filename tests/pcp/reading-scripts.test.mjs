// Maps are found by reading the script as bpftrace does; PCP's agent looked for them with a regular expression.

import assert from "node:assert/strict";
import { test } from "node:test";

import { suite } from "./private-pcp.mjs";
import { eventually } from "./wait.mjs";

/** What PCP's agent got wrong, a script, the values it must have, and no others. */
const SCRIPTS = [
  ["@x++ alone in a script", "BEGIN { @x++; }", { x: 1 }],
  ["+= alone in a script", "BEGIN { @x += 2; }", { x: 2 }],
  ["a map in a comment", "BEGIN { @a = 1; /* @b = 2 */ // @c = 3;\n }", { a: 1 }],
  [
    "a map in a string",
    'BEGIN { @a = 1; @text = "@d = 4; @e[1] = count()"; }',
    { a: 1, text: "@d = 4; @e[1] = count()" },
  ],
  [
    "an annotation in a string",
    'BEGIN { @a = "// name: no_name"; @b = 2; }',
    { a: "// name: no_name", b: 2 },
  ],
  ["clear() before an assignment", "BEGIN { @first = 1; } END { clear(@first); @x = 1; }", { first: 1 }],
  [
    "delete() before an assignment on one line",
    "BEGIN { @start[1] = 5; delete(@start[1]); @x = 3; }",
    { x: 3 },
  ],
  ["a comparison of a map", "BEGIN { @a[1] = 4; if (@a[1] >= 3) { @b = 1; } }", { b: 1 }],
  ["a map on both sides", "BEGIN { @a = 1; @b = @a + 1; }", { a: 1, b: 2 }],
  ["no blanks at all", "BEGIN{@a=1;@b=@a;}", { a: 1, b: 1 }],
];

suite("reading scripts", {}, (pcp) => {
  const registered = async (code) => (await pcp.rest()).register(code);

  for (const [what, code, expected] of SCRIPTS) {
    test(`${what} is read right`, async () => {
      const script = await registered(`// refresh: 250ms\n${code}`);
      for (const [map, value] of Object.entries(expected)) await script.hasValue(`data.${map}`, value);
      const mentioned = new Set(
        [...Object.keys(expected), "start", "x", "a", "first"].map((map) => script.name(`data.${map}`)),
      );
      for (const name of await pcp.names(script.name("data")))
        assert.ok(mentioned.has(name), `there is no map for ${name}`);
    });
  }

  test("a blank before the [ of a key makes no second map", async () => {
    const script = await registered('// refresh: 250ms\nBEGIN { @by ["k"] = count(); @by ["l"] = count(); }');
    await eventually("both keys", async () =>
      assert.deepEqual(await script.table("by"), [
        ["k", 1],
        ["l", 1],
      ]),
    );
    assert.deepEqual(await pcp.names(script.name("data")), [script.name("data.by")]);
  });

  test("clear(@x) before an assignment keeps the map @x", async () => {
    const script = await registered(
      '// refresh: 250ms\nBEGIN { @x["k"] = 1; } interval:s:600 { clear(@x); @x["l"] = 2; }',
    );
    await eventually("the value", async () => assert.deepEqual(await script.table("x"), [["k", 1]]));
    assert.deepEqual(await pcp.names(script.name("data")), [script.name("data.x")]);
  });

  test("a reply names the variables and their kinds", async () => {
    const script = await registered('BEGIN { @n = 1; @by[comm] = count(); @h = hist(1); printf("x\\n"); }');
    assert.deepEqual(script.reply.variables, {
      "@n": { single: true, semantics: 3, datatype: 2, metrictype: null },
      "@by": { single: false, semantics: 1, datatype: 3, metrictype: null },
      "@h": { single: false, semantics: 1, datatype: 3, metrictype: "histogram" },
      "@output": { single: true, semantics: 3, datatype: 6, metrictype: "output" },
    });
  });

  test("a script name of one letter is a name", async () => {
    const script = await registered("// name: q\n// refresh: 250ms\nBEGIN { @x = 1; }");
    assert.equal(script.component, "q");
    await script.hasValue("data.x", 1);
  });

  test("an error is refused before bpftrace starts, with its position", async () => {
    const reply = await (await pcp.rest()).refused("BEGIN {\n  @x = nosuchfunction(1);\n}");
    assert.equal(reply.state.status, "error");
    assert.ok(reply.state.error.length > 0);
    const [error] = reply.diagnostics.filter(({ severity }) => severity === "error");
    assert.deepEqual([error.line, error.column], [2, 8], JSON.stringify(error));
  });

  test("a script without anything to show is refused with a reason", async () => {
    const reply = await (await pcp.rest()).refused("BEGIN { $x = 1; }");
    assert.match(reply.state.error, /map|output|print/i);
  });
});
