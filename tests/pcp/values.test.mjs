// What a map is in PCP: value type, semantics and values, with real bpftrace.

import assert from "node:assert/strict";
import { test } from "node:test";

import { valuesOf } from "./commands.mjs";
import { suite } from "./private-pcp.mjs";
import { eventually } from "./wait.mjs";

/** A map, the type, semantics and units of its metric, and its values: text for what JSON numbers cannot hold. */
const MAPS = [
  ["count()", "@x = count()", "u64 counter", "1"],
  ["sum of what cannot be negative", "@x = sum((uint64)7)", "u64 counter", "7"],
  ["sum of what may be negative", "@x = sum(-7)", "64 instant", "-7"],
  ["min", "@x = min(-3)", "64 instant", "-3"],
  ["max", "@x = max(41)", "64 instant", "41"],
  ["avg (PCP's agent lost it)", "@x = avg(-4)", "64 instant", "-4"],
  ["a plain integer", "@x = 42", "64 instant", "42"],
  ["a negative integer (PCP's agent let it wrap)", "@x = -5", "64 instant", "-5"],
  [
    "an unsigned integer above 2^63",
    "@x = (uint64)18446744073709551615",
    "u64 instant",
    "18446744073709551615",
  ],
  ["an integer beyond what a double holds", "@x = 9223372036854775807", "64 instant", "9223372036854775807"],
  ["@x++ (PCP's agent missed it)", "@x++", "u64 counter", "1"],
  ["@x += 3 (PCP's agent missed it)", "@x += 3", "u64 counter", "3"],
  ["@x++ that is also decremented", "@x++; @x--; @x--", "64 instant", "-1"],
  ["a string", '@x = "a \\"word\\""', "string instant", 'a "word"'],
  ["comm", "@x = comm", "string instant", "bpftrace"],
  ["a tuple", '@x = (1, "two")', "string instant", /^[[(]1, ?"?two"?[\])]$/],
];

suite("values of maps", {}, (pcp) => {
  for (const [what, statement, kind, expected] of MAPS) {
    test(`${what} has the right type, semantics and value`, async () => {
      const script = await (await pcp.rest()).register(`// refresh: 250ms\nBEGIN { ${statement}; }`);
      const { type, sem } = await script.descriptor("data.x");
      assert.equal(`${type} ${sem}`, kind);
      // pmproxy's JSON numbers are not exact above 2^53; pminfo's text is.
      await eventually("the value is there", async () => {
        const [[, value]] = valuesOf(await pcp.pminfo("-f", script.name("data.x")));
        if (expected instanceof RegExp) assert.match(value, expected);
        else assert.equal(value, expected);
      });
      await script.deregister();
    });
  }

  test("a keyed map has an instance per key, negatives stay negative", async () => {
    const script = await (await pcp.rest()).register(`// refresh: 250ms
      BEGIN { @gauge["a"] = -7; @gauge["b"] = 8; @calls["one"] = count(); @text["k"] = "v"; @low["x"] = min(-9);
        @pairs["a", 1] = 5; @pairs["b,c", 2] = 6; @mean["m"] = avg(-8); }`);
    const tables = {
      gauge: [
        ["a", -7],
        ["b", 8],
      ],
      calls: [["one", 1]],
      text: [["k", "v"]],
      low: [["x", -9]],
      pairs: [
        ["a,1", 5],
        ["b,c,2", 6],
      ],
      mean: [["m", -8]],
    };
    for (const [map, expected] of Object.entries(tables)) {
      await eventually(`@${map}`, async () => assert.deepEqual(await script.table(map), expected));
    }
    const kinds = {
      gauge: "64 instant",
      calls: "u64 counter",
      text: "string instant",
      low: "64 instant",
      mean: "64 instant",
    };
    for (const [map, kind] of Object.entries(kinds)) {
      const { type, sem, indom } = await script.descriptor(`data.${map}`);
      assert.equal(`${type} ${sem}`, kind, map);
      assert.ok(indom !== undefined && indom !== "none", `@${map} has an instance domain`);
    }
  });

  test("stats() becomes three metrics (PCP's agent lost it)", async () => {
    const script = await (await pcp.rest()).register(`// refresh: 250ms
      BEGIN { @all = stats(-10); @all = stats(-20); @by["k"] = stats(3); @by["k"] = stats(5); @by["l"] = stats(-1); }`);
    await script.hasValue("data.all.count", 2);
    await script.hasValue("data.all.average", -15);
    await script.hasValue("data.all.total", -30);
    await eventually("keyed stats", async () => {
      assert.deepEqual(await script.table("by.count"), [
        ["k", 2],
        ["l", 1],
      ]);
      assert.deepEqual(await script.table("by.average"), [
        ["k", 4],
        ["l", -1],
      ]);
      assert.deepEqual(await script.table("by.total"), [
        ["k", 8],
        ["l", -1],
      ]);
    });
    const kinds = { count: "u64 counter", average: "64 instant", total: "64 instant" };
    for (const [part, kind] of Object.entries(kinds)) {
      const { type, sem } = await script.descriptor(`data.all.${part}`);
      assert.equal(`${type} ${sem}`, kind, part);
    }
  });

  test("a string value breaks no other metric of the same fetch", async () => {
    const script = await (await pcp.rest()).register(
      '// refresh: 250ms\nBEGIN { @text = "abc"; @by["k"] = "v"; @n = 5; }',
    );
    await script.hasValue("data.n", 5);
    await script.hasValue("data.text", "abc");
    await script.hasTable("by", [["k", "v"]]);
    // PCP's agent answered text under the type of a number: clients of the same fetch failed altogether.
    const answer = await pcp.pminfo("-f", ...["text", "by", "n"].map((map) => script.name(`data.${map}`)));
    assert.equal(answer.code, 0, answer.text);
    assert.deepEqual(
      valuesOf(answer)
        .map(([, value]) => value)
        .sort(),
      ["5", "abc", "v"],
    );
    const read = await pcp.pmrep(
      "-s",
      "1",
      "-r",
      "-o",
      "csv",
      script.name("data.n"),
      script.name("data.text"),
    );
    assert.equal(read.code, 0, read.text);
    assert.match(read.stdout, /5/);
  });

  test("a counter counts on from print to print", async () => {
    const script = await (await pcp.rest()).register(
      "// refresh: 250ms\ninterval:ms:50 { @ticks = count(); @more++; }",
    );
    for (const map of ["ticks", "more"]) {
      const first = await eventually(
        "the first value",
        async () => (await script.value(`data.${map}`)) || false,
      );
      await eventually("a greater value", async () => (await script.value(`data.${map}`)) > first);
    }
  });

  test("@ is root, and with a map @root both stay reachable", async () => {
    const script = await (await pcp.rest()).register("// refresh: 250ms\nBEGIN { @ = 1; @root = 2; }");
    await eventually("both values", async () => {
      const values = await script.values("data.root", "data.root_1");
      assert.deepEqual(values.sort(), [1, 2]);
    });
    const diagnostics = JSON.parse(await script.value("diagnostics"));
    assert.ok(
      diagnostics.some(({ message, hint = "" }) => `${message} ${hint}`.includes("root")),
      JSON.stringify(diagnostics),
    );
  });

  test("`// unit:` gives the units of a map", async () => {
    const script = await (await pcp.rest()).register(
      "// refresh: 250ms\n// unit: @usecs us\nBEGIN { @usecs = 5; @plain = 1; }",
    );
    assert.match((await script.descriptor("data.usecs")).units, /microsec/);
    assert.equal((await script.descriptor("data.plain")).units, "none");
  });
});
