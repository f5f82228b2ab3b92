// No bpftrace outlives the agent, however that ends; what a dead bpftrace has said is no value any more.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";

import { valuesOf } from "./commands.mjs";
import { plays, says, shell } from "./fake-bpftrace.mjs";
import { skipReason, start, suite } from "./private-pcp.mjs";
import { descendants, isAlive } from "./processes.mjs";
import { eventually } from "./wait.mjs";

const SCRIPTS = [
  "BEGIN { @x = 1; }",
  "interval:ms:100 { @ticks = count(); }",
  "profile:hz:10 { @on_cpu[comm] = count(); }",
];

suite("a bpftrace that ends", {}, (pcp) => {
  // Each test has a text of its own, or they would share a process.
  const code = (mark) => `// refresh: 250ms\nBEGIN { @x = 1; @by["k"] = 2; @h = hist(3); @mark = ${mark}; }`;

  test("bpftrace killed: its values disappear, the status and .error say why (PCP's agent kept the last ones)", async () => {
    const script = await (await pcp.rest()).register(code(1));
    await script.hasValue("data.x", 1);
    process.kill(await script.value("pid"), "SIGKILL");
    await script.until("error");
    assert.match(await script.value("error"), /kill|signal|9/i);
    for (const map of ["x", "by", "h"]) {
      const answer = await pcp.pminfo("-f", script.name(`data.${map}`));
      assert.deepEqual(valuesOf(answer), [], answer.text);
    }
    // By pmcd: to a client that it has given a value before, pmproxy 6.0.3 gives that again when there is none.
    const pid = valuesOf(await pcp.pminfo("-f", script.name("pid"))).map(([, value]) => value);
    assert.ok(pid.length === 0 || pid[0] === "-1", pid[0]);
  });

  test("`start` after an error really restarts", async () => {
    const rest = await pcp.rest();
    const script = await rest.register(code(2));
    await script.hasValue("data.x", 1);
    const first = await script.value("pid");
    process.kill(first, "SIGKILL");
    await script.until("error");
    const { status, reply } = await rest.command("start", script.component);
    assert.equal(status, 200, JSON.stringify(reply));
    assert.equal(reply.success, "true");
    await script.started();
    await script.hasValue("data.x", 1);
    const [pid, error] = await script.values("pid", "error");
    assert.notEqual(pid, first);
    assert.equal(error, "");
    await script.hasValue("restarts", 1);
  });

  test("`stop` ends the process and keeps the script, `start` starts it again", async () => {
    const rest = await pcp.rest();
    const script = await rest.register(code(3));
    await script.hasValue("data.x", 1);
    const pid = await script.value("pid");
    assert.equal((await rest.command("stop", script.component)).reply.success, "true");
    await script.until("stopped");
    await eventually("the process has ended", () => !isAlive(pid));
    assert.equal(await script.value("error"), "");
    assert.equal((await rest.command("start", script.component)).reply.success, "true");
    await script.started();
    await script.hasValue("data.x", 1);
  });

  test("`start`, `stop` and `deregister` of an unknown script say that there is none", async () => {
    const rest = await pcp.rest();
    for (const command of ["start", "stop", "deregister"]) {
      const { status, reply } = await rest.command(command, "nobody");
      assert.notEqual(status, 200, command);
      assert.ok((reply.error ?? "").length > 0, `${command}: ${JSON.stringify(reply)}`);
    }
  });

  test("a script that ends by itself has no error, and keeps what it said", async () => {
    const script = await (await pcp.rest()).register('BEGIN { @x = 5; printf("done\\n"); exit(); }');
    await script.until("stopped");
    const [error, exitCode, output] = await script.values("error", "exit_code", "data.output");
    assert.deepEqual([error, exitCode, output], ["", 0, "done\n"]);
  });

  test("what bpftrace refuses is an error with its words", async () => {
    const script = await (await pcp.rest()).register("kprobe:this_function_does_not_exist { @x = count(); }");
    await script.until("error");
    assert.match(await script.value("error"), /this_function_does_not_exist|kprobe/);
    assert.notEqual(await script.value("exit_code"), 0);
  });
});

describe("the end of the agent", { skip: skipReason("the end of the agent"), concurrency: 2 }, () => {
  const ENDS = {
    "pmcd ends": (pcp) => process.kill(pcp.pmcdPid, "SIGTERM"),
    "pmcd is killed": (pcp) => process.kill(pcp.pmcdPid, "SIGKILL"),
    SIGTERM: (pcp) => process.kill(pcp.agentPid(), "SIGTERM"),
    SIGINT: (pcp) => process.kill(pcp.agentPid(), "SIGINT"),
    "kill -9": (pcp) => process.kill(pcp.agentPid(), "SIGKILL"),
  };
  for (const [how, end] of Object.entries(ENDS)) {
    test(`${how}: no bpftrace survives 2 s`, async (context) => {
      // pmcd starts no second agent, so that everything below this one belongs to it.
      const pcp = await start({ environment: { PMCD_RESTART_AGENTS: "0" } });
      context.after(() => pcp.stop());
      const rest = await pcp.rest();
      for (const code of SCRIPTS) await (await rest.register(code)).started();
      const agent = pcp.agentPid();
      const below = descendants(agent);
      assert.ok(below.length >= SCRIPTS.length, `${below.length} processes`);
      end(pcp);
      await eventually("bpftrace has ended", () => !below.some(isAlive), 2_000);
      await eventually("the agent has ended", () => !isAlive(agent), 3_000);
    });
  }

  test("kill -9 with 40 probes attached: bpftrace has ended as soon as the kernel has let go of them", async (context) => {
    const pcp = await start({ environment: { PMCD_RESTART_AGENTS: "0" } });
    context.after(() => pcp.stop());
    const events = readFileSync("/sys/kernel/tracing/available_events", "utf8").match(
      /^syscalls:sys_enter_[a-g].*$/gm,
    );
    const probes = events.slice(0, 40).map((event) => `tracepoint:${event}`);
    const script = await (await pcp.rest()).register(`${probes.join(",\n")} { @calls = count(); }`);
    await script.started();
    const below = descendants(pcp.agentPid());
    process.kill(pcp.agentPid(), "SIGKILL");
    // The kernel takes about 75 ms for each, whoever asks.
    await eventually("bpftrace has ended", () => !below.some(isAlive), 2_000 + 40 * 150);
  });

  test("a bpftrace that does not listen to SIGINT is killed with the agent", async (context) => {
    const deaf = shell(`trap '' INT TERM`, "while :; do sleep 0.1; done");
    const pcp = await start({ fake: { deaf }, environment: { PMCD_RESTART_AGENTS: "0" } });
    context.after(() => pcp.stop());
    await (await (await pcp.rest()).register(`${plays("deaf")} BEGIN { @x = 1; }`)).started();
    const below = descendants(pcp.agentPid());
    process.kill(pcp.agentPid(), "SIGTERM");
    await eventually("it has ended", () => !below.some(isAlive), 4_000);
  });

  test("after kill -9 pmcd starts a new agent, which starts with no scripts", async (context) => {
    const one = says('{"type": "map", "data": {"@x": 1}}');
    const pcp = await start({ fake: { one } });
    context.after(() => pcp.stop());
    const rest = await pcp.rest();
    await (await rest.register(`${plays("one")} BEGIN { @x = 1; }`)).hasValue("data.x", 1);
    const first = pcp.agentPid();
    process.kill(first, "SIGKILL");
    await eventually("another agent answers", async () => {
      assert.notEqual(pcp.agentPid(), first);
      const again = await pcp.rest();
      assert.deepEqual(JSON.parse(await again.value("bpftrace.info.scripts_json")), []);
    });
    await (await (await pcp.rest()).register(`${plays("one")} BEGIN { @x = 1; }`)).hasValue("data.x", 1);
  });
});
