// Many scripts: at once, one after the other, and more than the kernel takes.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";

import { plays, says } from "./fake-bpftrace.mjs";
import { skipReason, start } from "./private-pcp.mjs";
import { descendants, residentBytes } from "./processes.mjs";
import { eventually } from "./wait.mjs";

const fake = { one: says('{"type": "map", "data": {"@x": 1}}') };
const REGISTRATIONS = 5000;
/** The kernel's bound on perf programs of a tracepoint (BPF_TRACE_MAX_PROGS). */
const PROGRAMS_PER_TRACEPOINT = 64;

describe("many scripts", { skip: skipReason("many scripts"), concurrency: 1 }, () => {
  test("100 registrations in a row all run (PCP's agent lost replies)", async (context) => {
    const pcp = await start({ fake, config: { policy: { max_scripts: 200 } } });
    context.after(() => pcp.stop());
    const rest = await pcp.rest();
    const scripts = [];
    for (let count = 0; count < 100; count += 1) {
      const script = await rest.register(`${plays("one")} BEGIN { @x = ${count}; }`);
      assert.match(
        script.reply.code,
        new RegExp(`@x = ${count};`),
        "the reply to this script, not to another",
      );
      scripts.push(script);
    }
    assert.equal(new Set(scripts.map(({ id }) => id)).size, 100);
    await eventually("all run", async () => {
      const names = scripts.map((script) => script.name("status"));
      const statuses = (
        await Promise.all([0, 25, 50, 75].map((from) => rest.fetch(...names.slice(from, from + 25))))
      ).flatMap((values) => Object.values(values).map(([{ value }]) => value));
      assert.deepEqual(statuses, Array(100).fill("started"));
    });
    for (const script of [scripts[0], scripts[99]]) await script.hasValue("data.x", 1);
    await rest.command("deregister", scripts.map(({ id }) => id).join(","));
    await eventually("all have gone", async () => {
      assert.deepEqual(JSON.parse(await rest.value("bpftrace.info.scripts_json")), []);
      return descendants(pcp.agentPid()).length === 0;
    });
  });

  test("100 registrations at once, of which 20 are different, are 20 processes", async (context) => {
    const pcp = await start({ fake });
    context.after(() => pcp.stop());
    const contexts = await Promise.all(Array.from({ length: 10 }, () => pcp.rest()));
    const replies = await Promise.all(
      contexts.map(async (rest) => {
        const ids = [];
        for (let count = 0; count < 10; count += 1) {
          const mark = count * 2 + (contexts.indexOf(rest) % 2);
          ids.push((await rest.register(`${plays("one")} BEGIN { @x = ${mark}; }`)).id);
        }
        return ids;
      }),
    );
    assert.equal(new Set(replies.flat()).size, 20);
    await eventually("20 run", async () => {
      const all = JSON.parse(await contexts[0].value("bpftrace.info.scripts_json"));
      assert.deepEqual(
        all.map(({ state }) => state.status),
        Array(20).fill("started"),
      );
    });
    await eventually("20 processes", () => assert.equal(descendants(pcp.agentPid()).length, 20));
  });

  test(`${REGISTRATIONS} registrations in one life: numbers are reused without harm`, async (context) => {
    // A script that ends at once, so that this costs no time; it stays registered until it is returned.
    const pcp = await start({
      fake: { ...fake, over: "#!/bin/sh\n" },
      config: { policy: { max_scripts: 400 } },
    });
    context.after(() => pcp.stop());
    const rest = await pcp.rest();
    const kept = await rest.register(`// name: kept\n${plays("one")} BEGIN { @x = 1; }`);
    await kept.hasValue("data.x", 1);
    const number = async (script) => (await script.descriptor("data.x")).pmid;
    const first = await number(kept);
    const numbers = new Set([first]);
    let bytes;
    let isRefused = 0;
    for (let count = 0; count < REGISTRATIONS; count += 1) {
      const { status, reply } = await rest.command("register", `${plays("over")} BEGIN { @x = ${count}; }`);
      if (status !== 200) {
        // As many as may be at once: those that were returned linger for some seconds.
        assert.match(reply.state?.error ?? "", /scripts/, JSON.stringify(reply));
        isRefused += 1;
        count -= 1;
        await new Promise((resolve) => setTimeout(resolve, 200));
        assert.ok(isRefused < 2000, "lingering scripts go");
        continue;
      }
      if (count % 500 === 0) numbers.add(await number(rest.script(reply.script_id)));
      if (count === 1000) bytes = residentBytes(pcp.agentPid());
      await rest.command("deregister", reply.script_id);
    }
    assert.equal(numbers.size, 1 + REGISTRATIONS / 500, "a number is not used again soon");
    const [{ pmid, indom }, value] = [await kept.descriptor("data.x"), await kept.value("data.x")];
    assert.deepEqual([pmid, value, indom], [first, 1, (await kept.descriptor("data.x")).indom]);
    await eventually(
      "only the kept one is left",
      async () => JSON.parse(await rest.value("bpftrace.info.scripts_json")).length === 1,
    );
    // The agent gives memory back every 30 s.
    await eventually(
      "the memory of those that have gone is free",
      () => {
        const now = residentBytes(pcp.agentPid());
        assert.ok(now < bytes + (8 << 20), `${bytes} bytes after 1,000 registrations, ${now} in the end`);
      },
      90_000,
    );
    const last = await rest.register(`${plays("one")} BEGIN { @x = 9; }`);
    await last.hasValue("data.x", 1);
  });

  test("more scripts than max_scripts are refused with a reason", async (context) => {
    const pcp = await start({ fake, config: { policy: { max_scripts: 3 } } });
    context.after(() => pcp.stop());
    const rest = await pcp.rest();
    const code = (mark) => `${plays("one")} BEGIN { @x = ${mark}; }`;
    for (const mark of [1, 2, 3]) await rest.register(code(mark));
    const reply = await rest.refused(code(4));
    assert.match(reply.state.error, /3/);
    // One that runs already may be shared.
    await rest.register(code(1));
  });

  test(`more than ${PROGRAMS_PER_TRACEPOINT} programs on a tracepoint: a clear error`, async (context) => {
    const pcp = await start({ config: { policy: { max_scripts: 100 } } });
    context.after(() => pcp.stop());
    const rest = await pcp.rest();
    const probe = "tracepoint:syscalls:sys_enter_sethostname";
    assert.ok(
      readFileSync("/sys/kernel/tracing/available_events", "utf8").includes("syscalls:sys_enter_sethostname"),
    );
    const probes = (count, mark) =>
      Array.from({ length: count }, () => `${probe} { @x${mark} = count(); }`).join("\n");
    // Two processes with as many programs as the kernel takes, then one more.
    for (const mark of [1, 2])
      await (await rest.register(probes(PROGRAMS_PER_TRACEPOINT / 2, mark))).started();
    const script = await rest.register(probes(1, 3));
    await script.until("error");
    await eventually("the reason", async () => {
      const [error, diagnostics] = await script.values("error", "diagnostics");
      assert.match(`${error} ${diagnostics}`, /64/);
      assert.match(`${error} ${diagnostics}`, /sys_enter_sethostname|tracepoint/);
    });
  });
});
