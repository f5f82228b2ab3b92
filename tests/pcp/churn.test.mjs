// What grows has a bound: keys that come and go, text without end, floods. A fake bpftrace prints them.

import assert from "node:assert/strict";
import { test } from "node:test";

import { valuesOf } from "./commands.mjs";
import { plays, program } from "./fake-bpftrace.mjs";
import { suite } from "./private-pcp.mjs";
import { residentBytes } from "./processes.mjs";
import { eventually } from "./wait.mjs";

const MEGABYTE = 1 << 20;

const fake = {
  // 120 prints of 1,000 keys of 110 bytes that were never there before, then prints of ten keys.
  keys: program(`
    let print = 0;
    const timer = setInterval(() => {
      const count = print < 120 ? 1000 : 10;
      const keys = Array.from({ length: count }, (_, index) => '"' + 'key '.repeat(25) + print + ' of ' + index + '": ' + (index + 1));
      say('{"type": "map", "data": {"@by": {' + keys.join(', ') + '}}}\\n');
      say('{"type": "map", "data": {"@print": ' + print + '}}\\n');
      print += 1;
    }, 25);`),
  // Text without end, within the bound on bytes a second.
  text: program(`
    let line = 0;
    setInterval(() => {
      let lines = '';
      for (let count = 0; count < 500; count += 1, line += 1) {
        lines += '{"type": "printf", "data": "line ' + line + ' ' + 'x'.repeat(100) + '\\\\n"}\\n';
      }
      say(lines);
    }, 50);`),
  flood: program(
    `const line = '{"type": "printf", "data": "' + 'x'.repeat(4000) + '\\\\n"}\\n'; for (;;) say(line);`,
  ),
  // Lines that are no messages: what iter probes print, warnings of some versions.
  foreign: program(`
    for (let line = 0; line < 50000; line += 1) say('some text on a line of its own, number ' + line + '\\n');
    say('{"type": "map", "data": {"@x": 1}}\\n');
    setInterval(() => {}, 1000);`),
  stderr: program(`
    const chunk = ('WARNING: ' + 'w'.repeat(1000) + '\\n').repeat(64);
    setInterval(() => { try { writeSync(2, chunk); } catch {} }, 10);
    setInterval(() => say('{"type": "map", "data": {"@x": 1}}\\n'), 200);`),
  // More keys at once than a metric has instances for.
  many: program(`
    const keys = Array.from({ length: 30000 }, (_, index) => '"' + index + '": ' + index);
    setInterval(() => say('{"type": "map", "data": {"@by": {' + keys.join(', ') + '}}}\\n'), 500);`),
};
const config = { bpftrace: { max_throughput: 8 * MEGABYTE } };

suite("bounds on what grows", { fake, config, concurrency: 1 }, (pcp) => {
  test("120,000 distinct keys over time: the memory is bounded, and returns (PCP's agent kept them all)", async () => {
    const rest = await pcp.rest();
    const idle = residentBytes(pcp.agentPid());
    const script = await rest.register(`${plays("keys")} BEGIN { @by[comm] = count(); @print = 1; }`);
    let greatest = 0;
    const numbers = new Set();
    await eventually(
      "all keys have been there",
      async () => {
        for (const { instance } of await rest.indom(script.name("data.by"))) numbers.add(instance);
        greatest = Math.max(greatest, residentBytes(pcp.agentPid()));
        return (await script.value("data.print")) > 125;
      },
      120_000,
    );
    // Each in one call: the keys are others with each print.
    const name = script.name("data.by");
    assert.equal((await rest.fetch(name))[name].length, 10, "only the present keys have values");
    assert.equal((await rest.indom(name)).length, 10, "only the present keys are instances");
    // The names of 20,000 instances that have vanished are kept, for when they come again; not of 120,000.
    assert.ok(greatest < idle + 16 * MEGABYTE, `${idle} bytes before, ${greatest} at most`);
    await script.deregister();
    // The script lingers for some seconds, and the agent gives memory back every 30 s.
    await eventually(
      "the memory has returned with the script",
      () => {
        const now = residentBytes(pcp.agentPid());
        assert.ok(now < idle + 10 * MEGABYTE, `${idle} bytes before, ${greatest} at most, ${now} now`);
      },
      90_000,
    );
  });

  test("text without end is bounded, and the newest is kept (PCP's agent kept it all)", async () => {
    const script = await (await pcp.rest()).register(`${plays("text")} BEGIN { printf("x"); }`);
    await eventually("8 MB of text", async () => (await script.value("data_bytes")) > 8 * MEGABYTE, 120_000);
    const before = residentBytes(pcp.agentPid());
    const output = await script.value("data.output");
    assert.ok(output.length <= MEGABYTE, `${output.length} characters`);
    assert.match(output, /^line \d+ x{100}\n/, "from the beginning of a line");
    const bytes = await script.value("data_bytes");
    await eventually(
      "8 MB more",
      async () => (await script.value("data_bytes")) > bytes + 8 * MEGABYTE,
      120_000,
    );
    assert.ok(residentBytes(pcp.agentPid()) < before + 4 * MEGABYTE);
    await script.deregister();
  });

  test("a flood beyond max_throughput ends with an error that says so", async () => {
    const script = await (await pcp.rest()).register(`${plays("flood")} BEGIN { printf("x"); }`);
    await script.until("error");
    assert.match(await script.value("error"), /printed more/);
    await eventually("its process has gone", async () => {
      const { stdout } = await pcp.run("/usr/bin/pgrep", ["-f", `${pcp.folder}/fake/flood`]);
      return stdout === "";
    });
  });

  test("stderr without end is bounded", async () => {
    const script = await (await pcp.rest()).register(`${plays("stderr")} BEGIN { @x = 1; }`);
    await script.hasValue("data.x", 1);
    const before = residentBytes(pcp.agentPid());
    const start = Date.now();
    await eventually("some seconds of it", () => Date.now() > start + 4000);
    assert.ok(residentBytes(pcp.agentPid()) < before + 16 * MEGABYTE);
    const [error, diagnostics] = await script.values("error", "diagnostics");
    assert.equal(error, "");
    assert.ok(diagnostics.length < MEGABYTE, `${diagnostics.length} characters`);
    await script.deregister();
  });

  test("50,000 lines that are no messages keep nobody waiting", async () => {
    const rest = await pcp.rest();
    const script = await rest.register(`${plays("foreign")} BEGIN { @x = 1; }`);
    await script.hasValue("data.x", 1);
    const [error, diagnostics] = await script.values("error", "diagnostics");
    assert.equal(error, "");
    assert.ok(diagnostics.length < MEGABYTE, `${diagnostics.length} characters`);
    await script.deregister();
  });

  test("of more keys than instances the greatest values stay", async () => {
    const rest = await pcp.rest();
    const script = await rest.register(`${plays("many")} BEGIN { @by[comm] = count(); }`);
    const values = await eventually("instances", async () => {
      const table = valuesOf(await pcp.pminfo("-f", script.name("data.by")));
      return table.length > 0 && table.map(([, value]) => Number(value));
    });
    assert.equal(values.length, 20_000);
    assert.deepEqual(
      [Math.min(...values), Math.max(...values)],
      [10_000, 29_999],
      "the smallest are left out",
    );
    await script.deregister();
  });
});
