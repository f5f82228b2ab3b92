// PCP's clients and REST read the same; none of them waits for a script.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { valuesOf } from "./commands.mjs";
import { plays, program, says, shell } from "./fake-bpftrace.mjs";
import { suite } from "./private-pcp.mjs";
import { isAlive } from "./processes.mjs";
import { eventually } from "./wait.mjs";

suite("clients", {}, (pcp) => {
  const SCRIPT =
    '// refresh: 250ms\nBEGIN { @by["a"] = 1; @by["b"] = 2; @h = hist(5); @text = "word"; printf("line\\n"); } interval:ms:100 { @ticks = count(); }';
  const registered = async () => {
    const script = await (await pcp.rest()).register(SCRIPT);
    // Each of its maps: they are printed one after the other.
    await eventually("a first count", async () => (await script.value("data.ticks")) > 0);
    await script.hasTable("by", [
      ["a", 1],
      ["b", 2],
    ]);
    await script.hasTable("h", [["4-7", 1]]);
    await script.hasValue("data.text", "word");
    await script.hasValue("data.output", "line\n");
    return script;
  };

  test("pminfo, pmprobe, pmval, pmrep and REST say the same", async () => {
    const script = await registered();
    assert.deepEqual(valuesOf(await pcp.pminfo("-f", script.name("data.by"))), [
      ["a", "1"],
      ["b", "2"],
    ]);
    assert.deepEqual(await script.table("by"), [
      ["a", 1],
      ["b", 2],
    ]);
    assert.match((await pcp.pmprobe("-v", script.name("data.by"))).stdout, / 2 1 2$/m);
    assert.match((await pcp.pmprobe("-I", script.name("data.by"))).stdout, / 2 "a" "b"$/m);
    const values = await pcp.pmval("-s", "1", "-r", script.name("data.by"));
    assert.match(values.stdout, /^\s*1\s+2\s*$/m, values.text);
    const report = await pcp.pmrep(
      "-s",
      "2",
      "-t",
      "1",
      "-r",
      "-o",
      "csv",
      script.name("data.by"),
      script.name("data.h"),
    );
    // The histogram's rate is that of a counter.
    assert.match(report.stdout, /,1,2,0$/m, report.text);
    assert.deepEqual(
      valuesOf(await pcp.pminfo("-f", script.name("data.text"), script.name("data.output"))).map(
        ([, value]) => value,
      )[0],
      "word",
    );
  });

  test("pmval shows the rate of a counter", async () => {
    const script = await registered();
    const { stdout, text, code } = await pcp.pmval(
      "-s",
      "4",
      "-t",
      "1sec",
      "-f",
      "1",
      script.name("data.ticks"),
    );
    assert.equal(code, 0, text);
    const rates = stdout
      .split("\n")
      .map((line) => /^\s*([\d.]+)\s*$/.exec(line)?.[1])
      .filter(Boolean)
      .map(Number);
    assert.ok(
      rates.length >= 2 && rates.every((rate) => rate >= 0 && rate < 100) && rates.some((rate) => rate > 0),
      stdout,
    );
  });

  test("a script of 60 KB arrives by pmstore and by REST, a longer one is refused with a reason", async () => {
    const rest = await pcp.rest();
    const filled = (bytes, map) => {
      const text = `// name: ${map}\n// refresh: 250ms\nBEGIN { @${map} = 1; }\n`;
      return `${text.padEnd(bytes - 1, "/* padding, with blanks and words */\n")}\n`;
    };
    const cut = (text) => text.slice(0, text.lastIndexOf("*/") + 2);
    await rest.register(cut(filled(60_000, "by_rest")));
    await rest.script("by_rest").hasValue("data.by_rest", 1);
    const answer = await pcp.pmstore("bpftrace.control.register", cut(filled(60_000, "by_store")));
    assert.equal(answer.code, 0, answer.text.slice(0, 300));
    await rest.script("by_store").hasValue("data.by_store", 1);
    const { status, text } = await rest.store("bpftrace.control.register", cut(filled(200_000, "too_long")));
    assert.notEqual(status, 200, text);
    assert.equal(await rest.script("by_rest").value("status"), "started", "pmcd and the agent live on");
  });

  test("ten clients at once get whole answers", async () => {
    const script = await registered();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => pcp.pminfo("-f", script.name("data"), "bpftrace.info.scripts")),
    );
    for (const answer of answers) {
      assert.equal(answer.code, 0, answer.text);
      assert.ok(
        answer.stdout.includes(SCRIPT.slice(0, 40)) && /"a"\] value 1/.test(answer.stdout),
        answer.text,
      );
    }
  });

  test("a derived metric of PCP's can be made of ours", async () => {
    const script = await registered();
    const file = join(pcp.folder, `tmp/${script.component}.derived`);
    writeFileSync(file, `derived.double = 2 * ${script.name("data.by")}\n`);
    assert.deepEqual(valuesOf(await pcp.pminfo("-c", file, "-f", "derived.double")), [
      ["a", "2"],
      ["b", "4"],
    ]);
  });
});

const fake = {
  // Takes SIGINT, and three seconds.
  slow: shell(
    `trap 'sleep 3; exit 0' INT`,
    `printf '%s\\n' '{"type": "map", "data": {"@x": 1}}'`,
    "while :; do sleep 0.05; done",
  ),
  busy: program(`
    const keys = Array.from({ length: 4000 }, (_, index) => '"a key of some length ' + index + '": ' + index);
    const line = '{"type": "map", "data": {"@by": {' + keys.join(', ') + '}}}\\n';
    setInterval(() => say(line), 100);`),
  later: program(`
    const keys = Array.from({ length: 3000 }, (_, index) => '"key ' + index + '": ' + index);
    setInterval(() => say('{"type": "map", "data": {"@by": {' + keys.join(', ') + '}}}\\n'), 500);`),
  one: says('{"type": "map", "data": {"@x": 1}}'),
};
suite("a fetch waits for nobody", { fake, config: { bpftrace: { max_throughput: 50 << 20 } } }, (pcp) => {
  test("while scripts end slowly and print much, another one's values come at once", async () => {
    const rest = await pcp.rest();
    const one = await rest.register(`${plays("one")} BEGIN { @x = 1; }`);
    await one.hasValue("data.x", 1);
    const busy = await rest.register(`${plays("busy")} BEGIN { @by[comm] = count(); }`);
    await eventually(
      "many keys",
      async () => valuesOf(await pcp.pminfo("-f", busy.name("data.by"))).length === 4000,
    );
    const slow = await rest.register(`${plays("slow")} BEGIN { @x = 2; }`);
    await slow.hasValue("data.x", 1);
    const pid = await slow.value("pid");
    const stop = rest.command("stop", slow.component);
    let [longest, fetches] = [0, 0];
    const other = await pcp.rest();
    while (isAlive(pid) || fetches < 20) {
      const begin = Date.now();
      assert.equal(await other.script(one.component).value("data.x"), 1);
      longest = Math.max(longest, Date.now() - begin);
      fetches += 1;
    }
    await stop;
    // It takes some milliseconds; 2 s leave room for a loaded machine, and none for waiting until the script has ended.
    assert.ok(longest < 2_000, `the longest of ${fetches} fetches took ${longest} ms`);
  });

  test("3,000 keys that appear after pmproxy has seen the empty map are fetched in 10 s", async () => {
    // pmproxy asks for the name and the labels of each new instance by itself. PCP's agent: 4 s.
    const rest = await pcp.rest();
    const later = await rest.register(`${plays("later")} BEGIN { @by[comm] = count(); }`);
    const name = later.name("data.by");
    await rest.fetch(name);
    await eventually("bytes of output", async () => (await later.value("data_bytes")) > 1000);
    const begin = Date.now();
    await eventually("all keys", async () => (await rest.fetch(name))[name].length === 3000, 120_000);
    assert.ok(Date.now() - begin < 10_000, `it took ${Date.now() - begin} ms`);
  });
});
