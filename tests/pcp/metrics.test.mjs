// The name space: names, numbers, types, labels and help texts, as PCP's own agent has them and a few more.

import assert from "node:assert/strict";
import { test } from "node:test";

import { valuesOf } from "./commands.mjs";
import { suite } from "./private-pcp.mjs";
import { eventually } from "./wait.mjs";

/** Name, PMID, type, whether it has instances. */
const FIXED = [
  ["bpftrace.control.register", "151.0.0", "string", false],
  ["bpftrace.control.deregister", "151.0.1", "string", false],
  ["bpftrace.control.start", "151.0.2", "string", false],
  ["bpftrace.control.stop", "151.0.3", "string", false],
  ["bpftrace.info.scripts", "151.1.0", "string", true],
  ["bpftrace.info.scripts_json", "151.1.1", "string", false],
  ["bpftrace.info.tracepoints", "151.1.2", "string", false],
];
/** The metrics of a script that PCP's agent has, in the order of their items. */
const STATUS = ["status", "pid", "exit_code", "error", "probes", "code", "data_bytes"];
/** What ours has on top. */
const FURTHER = ["diagnostics", "lost_events", "helper_errors", "restarts", "leases"];
const AGENT = ["version", "bpftrace_version", "scripts", "fetches", "rejected", "memory"];
const SCRIPT = `// refresh: 250ms
  BEGIN { @n = 1; } interval:ms:250 { @by[comm] = count(); @h = hist(7); @s[kstack] = count(); printf("x\\n"); }`;

suite("the name space", { concurrency: 1 }, (pcp) => {
  let rest;
  let script;

  test("control and info have the numbers and types of PCP's agent", async () => {
    rest = await pcp.rest();
    const metrics = await rest.metrics(...FIXED.map(([name]) => name));
    for (const [name, pmid, type, isSet] of FIXED) {
      const { text } = await pcp.pminfo("-m", name);
      assert.match(text, new RegExp(`PMID: ${pmid.replaceAll(".", "\\.")}\\b`), name);
      assert.deepEqual(
        [metrics[name].type, metrics[name].sem, metrics[name].units],
        [type, "instant", "none"],
        name,
      );
      assert.equal(metrics[name].indom !== undefined && metrics[name].indom !== "none", isSet, name);
    }
  });

  test("info.scripts is an empty set without scripts, info.tracepoints lists the host's", async () => {
    assert.deepEqual((await rest.fetch("bpftrace.info.scripts"))["bpftrace.info.scripts"], []);
    assert.deepEqual(JSON.parse(await rest.value("bpftrace.info.scripts_json")), []);
    const tracepoints = (await rest.value("bpftrace.info.tracepoints")).split(",");
    assert.ok(
      tracepoints.includes("tracepoint:syscalls:sys_enter_read"),
      `${tracepoints.length} tracepoints`,
    );
  });

  test("a script's metrics have the items of PCP's agent, in one cluster from 100", async () => {
    script = await rest.register(SCRIPT);
    await script.started();
    const number = async (leaf) =>
      /PMID: 151\.(\d+)\.(\d+)/
        .exec((await pcp.pminfo("-m", script.name(leaf))).text)
        .slice(1)
        .map(Number);
    const [cluster] = await number("status");
    assert.ok(cluster >= 100, `cluster ${cluster}`);
    for (const [item, leaf] of STATUS.entries()) assert.deepEqual(await number(leaf), [cluster, item], leaf);
    const data = await Promise.all(["n", "by", "h", "s", "output"].map((map) => number(`data.${map}`)));
    assert.deepEqual(
      data.map(([of]) => of),
      Array(5).fill(cluster),
    );
    assert.ok(
      data.every(([, item]) => item >= 10),
      "data from item 10",
    );
    // A pid is -1 without a process: ours has a sign.
    const types = {
      status: /^string$/,
      pid: /^u?32$/,
      exit_code: /^32$/,
      error: /^string$/,
      probes: /^u32$/,
      code: /^string$/,
    };
    for (const [leaf, type] of Object.entries(types))
      assert.match((await script.descriptor(leaf)).type, type, leaf);
    const { sem, units } = await script.descriptor("data_bytes");
    assert.deepEqual([sem, units], ["counter", "byte"]);
  });

  test("a running script's status metrics say what it does", async () => {
    const [status, pid, error, code, probes] = await script.values(
      "status",
      "pid",
      "error",
      "code",
      "probes",
    );
    assert.deepEqual([status, error, code], ["started", "", SCRIPT]);
    assert.ok(pid > 1 && probes >= 2, `pid ${pid}, ${probes} probes`);
    await eventually("bytes of output", async () => (await script.value("data_bytes")) > 0);
  });

  test("there are ours on top, for a script and for the agent", async () => {
    const [diagnostics, lost, errors, restarts, leases] = await script.values(...FURTHER);
    assert.ok(Array.isArray(JSON.parse(diagnostics)), diagnostics);
    assert.deepEqual([lost, errors, restarts, leases], [0, 0, 0, 1]);
    const read = async () =>
      Object.fromEntries(
        await Promise.all(AGENT.map(async (name) => [name, await rest.value(`bpftrace.agent.${name}`)])),
      );
    const agent = await read();
    assert.match(agent.version, /^\d+\.\d+\.\d+/);
    assert.match(agent.bpftrace_version, /0\.17\.0|\d+\.\d+\.\d+/);
    assert.equal(agent.scripts, 1);
    assert.ok(agent.memory > 1 << 20 && agent.memory < 100 << 20, `${agent.memory} bytes`);
    await rest.refused("no script at all");
    const later = await read();
    assert.ok(later.fetches > agent.fetches, "fetches are counted");
    assert.ok(later.rejected > agent.rejected, "what was refused is counted");
  });

  test("info.scripts and info.scripts_json show the registered script", async () => {
    const [instance] = await rest.indom("bpftrace.info.scripts");
    assert.equal(instance.name, script.component);
    const [value] = (await rest.fetch("bpftrace.info.scripts"))["bpftrace.info.scripts"];
    assert.deepEqual([value.instance, value.value], [instance.instance, SCRIPT]);
    const [json] = JSON.parse(await rest.value("bpftrace.info.scripts_json"));
    assert.equal(json.script_id, script.id);
    assert.equal(json.state.status, "started");
    assert.deepEqual(Object.keys(json.variables).sort(), ["@by", "@h", "@n", "@output", "@s"]);
  });

  test("labels say what kind of metric it is", async () => {
    const kinds = {
      status: "control",
      pid: "control",
      data_bytes: "control",
      diagnostics: "control",
      "data.h": "histogram",
      "data.s": "stacks",
      "data.output": "output",
      "data.n": undefined,
      "data.by": undefined,
    };
    for (const [leaf, kind] of Object.entries(kinds)) {
      assert.equal((await script.descriptor(leaf)).labels.metrictype, kind, leaf);
    }
    const { text } = await pcp.pminfo("-l", script.name("data.h"), "bpftrace.info.scripts_json");
    assert.match(text, /"metrictype":"histogram"/);
    assert.match(text, /"metrictype":"control"/);
  });

  test("each metric has a one-line and a longer help text", async () => {
    const names = await pcp.names("bpftrace");
    assert.ok(
      names.length >= FIXED.length + AGENT.length + STATUS.length + FURTHER.length + 5,
      names.join(" "),
    );
    const { stdout } = await pcp.pminfo("-tT", "bpftrace");
    const entries = stdout.split(/^(?=bpftrace\.)/m).filter((entry) => entry.trim() !== "");
    assert.equal(entries.length, names.length);
    for (const entry of entries) {
      const [, name, line] = /^(\S+) \[(.*)\]$/m.exec(entry) ?? assert.fail(`no one-line text: ${entry}`);
      const long = entry
        .slice(entry.indexOf("\n"))
        .replace(/^Help:/m, "")
        .trim();
      assert.ok(line.length > 0 && long.length > line.length, `${name}: [${line}] [${long}]`);
      assert.doesNotMatch(entry, /Error:/, name);
    }
  });

  test("every metric can be described and fetched in one call", async () => {
    const answer = await pcp.pminfo("-df", "bpftrace");
    assert.equal(answer.code, 0, answer.text.slice(-500));
    assert.doesNotMatch(answer.text.replaceAll(/ {4}value ".*"/g, ""), /Error/);
    assert.ok(valuesOf(answer).length > 20);
  });

  test("names, numbers and descriptors agree", async () => {
    for (const name of await pcp.names("bpftrace")) {
      const [, pmid] = /PMID: (\S+)/.exec((await pcp.pminfo("-m", name)).text);
      assert.match(
        (await pcp.pminfo("-d", pmid)).text,
        new RegExp(`^${name.replaceAll(".", "\\.")}\\n`, "m"),
        pmid,
      );
    }
  });

  test("a number and a name that do not exist are errors, and nothing else fails", async () => {
    for (const absent of [
      "bpftrace.scripts.nobody.status",
      "bpftrace.nothing",
      `${script.name("data")}.absent`,
    ]) {
      const answer = await pcp.pminfo("-d", absent);
      assert.match(answer.text, /Unknown metric name/, absent);
    }
    assert.equal(await script.value("status"), "started");
  });
});
