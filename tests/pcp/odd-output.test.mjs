// What bpftrace prints when something is wrong, or wrongly: a fake bpftrace replays it.

import assert from "node:assert/strict";
import { test } from "node:test";

import { valuesOf } from "./commands.mjs";
import { plays, program, says, shell } from "./fake-bpftrace.mjs";
import { suite } from "./private-pcp.mjs";
import { eventually } from "./wait.mjs";

const map = (text) => `{"type": "map", "data": ${text}}`;
const LAST = map('{"@last": 1}');

const fake = {
  "raw-byte": shell(
    `printf '{"type": "map", "data": {"@by": {"caf\\351": 1, "ok": 2}}}\\n'`,
    `printf '{"type": "printf", "data": "caf\\351 \\303\\251"}\\n'`,
    `printf '%s\\n' '${LAST}'`,
    "exec sleep 1000",
  ),
  escapes: says(
    map('{"@by": {"caf\\uffffffc3\\uffffffa9": 1, "cut\\uffffffc3": 2, "back\\\\\\\\slash": 3}}'),
    '{"type": "printf", "data": "\\uffffffe2\\uffffff9c\\uffffff93 \\u0001\\n"}',
    LAST,
  ),
  truncated: says(
    map('{"@by": {"before": 1}}'),
    '{"type": "map", "data": {"@by": {"lost": 5, "al',
    "not JSON at all",
    '{"type": ',
    "",
    '{"type": "map"}',
    "[]",
    '{"type": "of tomorrow", "data": {}}',
    map('{"@by": {"after": 2}}'),
    LAST,
  ),
  huge: program(`
    const keys = Array.from({ length: 3000 }, (_, index) => '"' + 'k'.repeat(1000) + index + '": ' + index);
    say('{"type": "map", "data": {"@by": {' + keys.join(', ') + '}}}\\n');
    say('{"type": "printf", "data": "' + 'x'.repeat(3 << 20) + '\\\\n"}\\n');
    say('${LAST}\\n');
    setInterval(() => {}, 1000);`),
  lost: says(
    '{"type": "lost_events", "data": {"events": 6754}}',
    '{"type": "lost_events", "data": {"events": 46}}',
    LAST,
  ),
  newer: says(
    '{"type": "attached_probes", "count": 1, "data": {"probes": 1}}',
    '{"type": "lost_events", "count": 100, "data": {"events": 100}}',
    map('{"@n": "18446744073709551615"}'),
    '{"type": "hist", "data": {"@h": [{"min": 4611686018427387904, "max": "9223372036854775807", "count": 2}]}}',
    LAST,
  ),
  helpers: says(
    '{"type": "helper_error", "helper": "map_update_elem", "retcode": -7, "line": 1, "col": 18}',
    '{"type": "helper_error", "helper": "map_update_elem", "retcode": -7, "line": 1, "col": 18}',
    LAST,
  ),
  unquoted: says('{"type": "map", "data": {"@t": 13:52:09}}', '{"type": "hist", "data": {"@h": []}}', LAST),
  twice: says(map('{"@by": {"a,b": 1, "a,b": 2, "c": 5}}'), LAST),
  warns: shell(
    `echo 'stdin:1:9-18: WARNING: something is not as it should be' >&2`,
    `echo 'WARNING: Addrspace is not set' >&2`,
    `echo "ERROR: Unknown error -1: couldn't set RLIMIT_MEMLOCK for bpftrace." >&2`,
    `printf '%s\\n' '${LAST}'`,
    "exec sleep 1000",
  ),
};

suite("odd output of bpftrace", { fake, config: { bpftrace: { max_throughput: 20 << 20 } } }, (pcp) => {
  /** Registers a script on that player and waits until all it prints has arrived. */
  const played = async (player, maps = "@by[comm] = count();") => {
    const script = await (await pcp.rest()).register(
      `${plays(player)} BEGIN { ${maps} @last = 1; printf("x"); }`,
    );
    await script.hasValue("data.last", 1);
    return script;
  };

  /** By name. The JSON of pmproxy 6.0.3 has U+FFFD for each byte that is not ASCII. */
  const byPmcd = async (map, script) =>
    valuesOf(await pcp.pminfo("-f", script.name(`data.${map}`))).sort(([a], [b]) => (a < b ? -1 : 1));

  test("a raw byte that is not UTF-8 costs neither its line nor the agent (PCP's agent stopped reading)", async () => {
    const script = await played("raw-byte");
    assert.deepEqual(await byPmcd("by", script), [
      ["caf\ufffd", "1"],
      ["ok", "2"],
    ]);
    assert.deepEqual(await byPmcd("output", script), [["", "caf\ufffd é"]]);
  });

  test("\\uffffffXX escapes become the text that they stand for", async () => {
    const script = await played("escapes");
    assert.deepEqual(await byPmcd("by", script), [
      ["back\\\\slash", "3"],
      ["café", "1"],
      ["cut\ufffd", "2"],
    ]);
    assert.deepEqual(await byPmcd("output", script), [["", "✓ \u0001\n"]]);
  });

  test("truncated and foreign lines are skipped, what follows is read", async () => {
    const script = await played("truncated");
    await script.hasTable("by", [["after", 2]]);
    assert.deepEqual(await script.values("status", "error"), ["started", ""]);
  });

  test("a line of 3 MB is read (PCP's agent ended the script)", async () => {
    const script = await played("huge");
    await eventually("3,000 long keys", async () =>
      assert.equal((await script.rest.indom(script.name("data.by"))).length, 3000),
    );
    const [value] = valuesOf(await pcp.pminfo("-f", script.name("data.by"))).slice(-1);
    assert.match(value[0], /^k{1000}\d+$/);
    // The text is bounded, whatever was printed.
    assert.ok((await script.value("data.output")).length <= 1 << 20);
    assert.equal(await script.value("status"), "started");
  });

  test("lost events are counted (PCP's agent kept silent)", async () => {
    const script = await played("lost");
    assert.equal(await script.value("lost_events"), 6800);
    assert.equal((await script.descriptor("lost_events")).sem, "counter");
  });

  test("errors of helpers are counted", async () => {
    const script = await played("helpers");
    assert.equal(await script.value("helper_errors"), 2);
    assert.deepEqual(await script.values("status", "error"), ["started", ""]);
  });

  test("quoted numbers of newer versions are numbers", async () => {
    const script = await played("newer", "@n = (uint64)1; @h = hist(1);");
    assert.deepEqual(valuesOf(await pcp.pminfo("-f", script.name("data.n"))), [["", "18446744073709551615"]]);
    assert.deepEqual(valuesOf(await pcp.pminfo("-f", script.name("data.h"))), [
      ["4611686018427387904-9223372036854775807", "2"],
    ]);
    assert.equal(await script.value("lost_events"), 100);
  });

  test("values that old versions do not quote are text, an emptied histogram has no buckets", async () => {
    const script = await played("unquoted", '@t = strftime("%H:%M:%S", nsecs); @h = hist(1);');
    assert.equal(await script.value("data.t"), "13:52:09");
    assert.deepEqual(await script.table("h"), []);
  });

  test("duplicate keys in one line lose no other key", async () => {
    const script = await played("twice");
    const table = await script.table("by");
    assert.deepEqual(
      table.filter(([name]) => name === "c"),
      [["c", 5]],
    );
    assert.equal(
      table.reduce((sum, [, value]) => sum + value, 0),
      8,
      JSON.stringify(table),
    );
    assert.equal(new Set(table.map(([name]) => name)).size, table.length, "PCP wants different names");
  });

  test("warnings are in .diagnostics, .error holds errors only", async () => {
    const script = await played("warns");
    await eventually("the warning", async () => {
      const diagnostics = JSON.parse(await script.value("diagnostics"));
      const warning = diagnostics.find(({ message }) => message.includes("not as it should be"));
      assert.ok(warning !== undefined, JSON.stringify(diagnostics));
      assert.equal(warning.severity, "warning");
    });
    assert.deepEqual(await script.values("status", "error"), ["started", ""]);
  });
});
