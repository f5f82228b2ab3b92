// Archives: what pmlogger records over a restart of the agent is one series.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";

import { plays, says } from "./fake-bpftrace.mjs";
import { skipReason, start } from "./private-pcp.mjs";
import { eventually } from "./wait.mjs";

const AUTOSTART = {
  "recorded.bt": `// refresh: 250ms
    BEGIN { @fixed["one"] = 1; @fixed["two"] = 2; @by["one", 1] = hist(5); @by["two", 2] = hist(9); }
    interval:ms:100 { @ticks = count(); @last["seen"] = count(); }`,
};
const METRICS = ["data.ticks", "data.fixed", "data.by", "data.last", "status"].map(
  (leaf) => `bpftrace.scripts.recorded.${leaf}`,
);

describe("archives", { skip: skipReason("archives"), concurrency: 2 }, () => {
  test("a pmlogger archive over kill -9 of the agent reads back as one series", async (context) => {
    const pcp = await start({ autostart: AUTOSTART });
    context.after(() => pcp.stop());
    const rest = await pcp.rest();
    const script = rest.script("recorded");
    await eventually("the script prints", async () => (await script.value("data.ticks")) > 0);
    await script.hasTable("fixed", [
      ["one", 1],
      ["two", 2],
    ]);
    await numbers(rest, script);

    const archive = join(pcp.folder, "tmp/archive");
    writeFileSync(`${archive}.config`, `log mandatory on 500 msec { ${METRICS.join(" ")} }\n`);
    const pmlogger = spawn(
      "/usr/bin/pmlogger",
      ["-h", `unix://${pcp.socket}`, "-c", `${archive}.config`, "-l", `${archive}.log`, "-y", archive],
      { env: pcp.environment, stdio: "ignore" },
    );
    context.after(() => pmlogger.kill("SIGKILL"));
    const ended = new Promise((resolve) => pmlogger.once("exit", resolve));
    const recorded = async () =>
      (await pcp.run("/usr/bin/pmdumplog", [archive, METRICS[0]])).stdout.match(/value \d+/g)?.length ?? 0;
    await eventually("some records", async () => (await recorded()) >= 4);
    const before = await numbers(rest, script);

    const agent = pcp.agentPid();
    process.kill(agent, "SIGKILL");
    await restarted(pcp, agent);
    const later = await eventually(
      "the script prints again",
      async () => {
        const again = await pcp.rest();
        assert.ok((await again.script("recorded").value("data.ticks")) > 0);
        return again;
      },
      90_000,
    );
    assert.deepEqual(await numbers(later, later.script("recorded")), before);
    const count = await recorded();
    await eventually("records of the second life", async () => (await recorded()) >= count + 4, 90_000);
    pmlogger.kill("SIGTERM");
    await ended;

    const read = (program, ...args) => pcp.run(`/usr/bin/${program}`, args);
    // One metric, one number, one descriptor for the whole archive.
    const descriptors = await read("pmdumplog", "-d", archive);
    for (const name of METRICS)
      assert.equal(descriptors.stdout.split(`(${name})`).length - 1, 1, descriptors.text);
    // One instance, one number.
    const domains = await read("pmdumplog", "-i", archive);
    const names = new Map();
    for (const [, domain, text] of domains.stdout.matchAll(/^InDom: (\S+)\n((?:(?!^InDom:).*\n?)*)/gm)) {
      for (const [, number, name] of text.matchAll(/^\s+(\d+) or "(.*)"$/gm)) {
        const key = `${domain} ${name}`;
        names.set(key, (names.get(key) ?? new Set()).add(number));
      }
    }
    assert.ok(names.size >= 5, domains.text);
    for (const [key, of] of names) assert.equal(of.size, 1, `${key} has the numbers ${[...of].join()}`);
    // Both lives under one name: the counter grows, starts again, grows.
    const ticks = [...(await read("pmdumplog", archive, METRICS[0])).stdout.matchAll(/value (\d+)/g)].map(
      (match) => Number(match[1]),
    );
    const falls = ticks.filter((value, index) => index > 0 && value < ticks[index - 1]).length;
    assert.equal(falls, 1, ticks.join(" "));
    assert.ok(ticks.at(-1) > Math.min(...ticks.slice(ticks.length / 2)), ticks.join(" "));
    // PCP's readers of archives take it.
    const summary = await read("pmlogsummary", "-N", archive, METRICS[0]);
    assert.equal(summary.code, 0, summary.text);
    assert.match(summary.stdout, /data\.ticks/);
    const values = await read("pmval", "-a", archive, "-t", "500msec", "-r", "-f", "0", METRICS[1]);
    assert.equal(values.code, 0, values.text);
    assert.ok(
      values.stdout.split("\n").filter((line) => /\s1\s+2\s*$/.test(line)).length >= 6,
      values.stdout,
    );
    assert.equal((await read("pmlogcheck", archive)).code, 0);
  });

  test("named scripts keep their numbers over a restart, in whatever order they come", async (context) => {
    const table = (...keys) =>
      says(
        `{"type": "map", "data": {"@by": {${keys.map((key, index) => `"${key}": ${index + 1}`).join(", ")}}}}`,
        '{"type": "map", "data": {"@x": 1}}',
      );
    const fake = { first: table("a", "b", "c"), second: table("c", "new", "a") };
    const pcp = await start({ fake });
    context.after(() => pcp.stop());
    const code = (name, player, extra = "") =>
      `// name: ${name}\n${plays(player)} BEGIN { ${extra}@by[comm] = count(); @x = 1; }`;
    const rest = await pcp.rest();
    const kept = {};
    for (const name of ["red", "green", "blue"]) {
      const script = await rest.register(code(name, "first"));
      await script.hasValue("data.x", 1);
      kept[name] = await numbers(rest, script, ["data.x", "data.by"]);
    }
    const agent = pcp.agentPid();
    process.kill(agent, "SIGKILL");
    await restarted(pcp, agent);
    const again = await pcp.rest();
    await again.register(`${plays("first")} BEGIN { @other = 1; @x = 1; }`);
    // The text has changed, too: a map more, other keys.
    for (const name of ["blue", "red"]) {
      const script = await again.register(code(name, "second", "@added = 1; "));
      await script.hasValue("data.x", 1);
      const { pmids, instances } = await numbers(again, script, ["data.x", "data.by"]);
      assert.deepEqual(pmids, kept[name].pmids, name);
      const by = Object.fromEntries(instances["data.by"]);
      const before = Object.fromEntries(kept[name].instances["data.by"]);
      assert.deepEqual([by.a, by.c], [before.a, before.c], name);
      assert.ok(!Object.values(before).includes(by.new), `${name}: a new key has the number of another`);
    }
    const pmids = JSON.stringify(kept.green.pmids);
    const later = await again.register(code("green", "first"));
    await later.hasValue("data.x", 1);
    assert.equal(JSON.stringify((await numbers(again, later, ["data.x", "data.by"])).pmids), pmids);
  });
});

/** Waits until pmcd has started another agent, which it does when somebody asks. */
function restarted(pcp, agent) {
  return eventually(
    "another agent answers",
    async () => {
      const answer = await pcp.pminfo("-f", "bpftrace.control.register");
      assert.equal(answer.code, 0, answer.text);
      return ![undefined, agent].includes(pcp.agentPid());
    },
    90_000,
  );
}

/** The numbers that an archive depends on. */
async function numbers(rest, script, leaves = ["data.ticks", "data.fixed", "data.by", "data.last"]) {
  const pmids = [];
  const instances = {};
  for (const leaf of leaves) {
    const { pmid, indom } = await script.descriptor(leaf);
    pmids.push([leaf, pmid, indom]);
    if (indom === undefined || indom === "none") continue;
    instances[leaf] = await eventually(`instances of ${leaf}`, async () => {
      const all = (await rest.indom(script.name(leaf))).map(({ name, instance }) => [name, instance]);
      return all.length > 0 && all.sort();
    });
  }
  return { pmids, instances };
}
