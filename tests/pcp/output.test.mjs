// What a script prints, in the metric `output`, with real bpftrace.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { valuesOf } from "./commands.mjs";
import { suite } from "./private-pcp.mjs";
import { eventually } from "./wait.mjs";

const options = {
  config: { policy: { allow_cat: true } },
  prepare: (folder) => writeFileSync(join(folder, "words.txt"), "from a file\n"),
};

suite("printed text", options, (pcp) => {
  const registered = async (code) => (await pcp.rest()).register(code);

  test("printf, time, cat, print of a value and strftime are in output (PCP's agent knew only the first two)", async () => {
    const script = await registered(`BEGIN { printf("a word: %s\\n", comm); time("at %H o'clock\\n");
      cat("${pcp.folder}/words.txt"); print(4711); printf("%s\\n", strftime("year %Y", nsecs)); }`);
    await eventually("all lines", async () => {
      const [output, error] = await script.values("data.output", "error");
      for (const line of [
        /^a word: bpftrace$/m,
        /^at \d\d o'clock$/m,
        /^from a file$/m,
        /^4711$/m,
        /^year \d{4}$/m,
      ]) {
        assert.match(output, line, error);
      }
    });
    const { type, sem, labels } = await script.descriptor("data.output");
    assert.deepEqual([type, sem, labels.metrictype], ["string", "instant", "output"]);
  });

  test("join is in output", async () => {
    const script = await registered("tracepoint:syscalls:sys_enter_execve { join(args->argv); }");
    await script.started();
    await eventually("the arguments of a command", async () => {
      await pcp.run("/bin/echo", ["joined", "words"]);
      assert.match(await script.value("data.output"), /echo joined words/);
    });
  });

  test("a script that only prints a value or prints by cat alone has output", async () => {
    for (const statement of ["print(1)", `cat("${pcp.folder}/words.txt")`]) {
      const script = await registered(`BEGIN { ${statement}; }`);
      await eventually(statement, async () =>
        assert.match(await script.value("data.output"), /^(1|from a file)\n/),
      );
    }
  });

  test("strftime as a key prints nothing: there is no output", async () => {
    const script = await registered('// refresh: 250ms\nBEGIN { @at[strftime("%Y", nsecs)] = 1; }');
    await eventually("the map", async () =>
      assert.match((await script.table("at"))[0]?.[0] ?? "", /^\d{4}$/),
    );
    assert.deepEqual(await pcp.names(script.name("data")), [script.name("data.at")]);
  });

  test("text that is not ASCII arrives whole", async () => {
    const script = await registered('BEGIN { printf("é ✓ „quotes“ \\t tab\\n"); }');
    // By pmcd: the JSON of pmproxy 6.0.3 has U+FFFD for each byte that is not ASCII.
    await eventually("the text", async () =>
      assert.deepEqual(valuesOf(await pcp.pminfo("-f", script.name("data.output"))), [
        ["", "é ✓ „quotes“ \t tab\n"],
      ]),
    );
  });

  test("table-retain-lines keeps the heading and the newest lines", async () => {
    const script = await registered(`// table-retain-lines: 2
      BEGIN { printf("n,square\\n"); } interval:ms:100 { @n++; printf("%d,%d\\n", @n, @n * @n); }`);
    await eventually("the oldest lines are gone", async () => {
      const lines = (await script.value("data.output")).trimEnd().split("\n");
      assert.equal(lines.length, 3, lines.join("|"));
      assert.equal(lines[0], "n,square");
      const [second, third] = lines.slice(1).map((line) => Number(line.split(",")[0]));
      assert.ok(second > 2 && third === second + 1, lines.join("|"));
    });
  });

  test("custom-output-block: nothing is printed but what the script prints", async () => {
    const script = await registered(`// custom-output-block
      BEGIN { @shown = 1; @other = 2; } interval:ms:250 { print(@shown); }`);
    await script.hasValue("data.shown", 1);
    const values = await pcp.pminfo("-f", script.name("data.other"));
    assert.doesNotMatch(values.text, /value \d/);
  });

  test("include leaves the other maps out, with blanks after the commas (PCP's agent took them for names)", async () => {
    const script = await registered(
      "// include: @a, @c\n// refresh: 250ms\nBEGIN { @a = 1; @b = 2; @c = 3; }",
    );
    await script.hasValue("data.c", 3);
    assert.deepEqual(
      (await pcp.names(script.name("data"))).sort(),
      ["a", "c"].map((map) => script.name(`data.${map}`)),
    );
    assert.deepEqual(
      script.reply.metadata.include.map((name) => name.trim()),
      ["@a", "@c"],
    );
  });

  test("include without @output leaves the printed text out, as with PCP's agent", async () => {
    const without = await registered('// include: @a\n// refresh: 250ms\nBEGIN { @a = 1; printf("x\\n"); }');
    await without.hasValue("data.a", 1);
    assert.deepEqual(await pcp.names(without.name("data")), [without.name("data.a")]);
    const having = await registered(
      '// include: @output\n// refresh: 250ms\nBEGIN { @a = 2; printf("x\\n"); }',
    );
    await having.hasValue("data.output", "x\n");
    assert.deepEqual(await pcp.names(having.name("data")), [having.name("data.output")]);
  });
});
