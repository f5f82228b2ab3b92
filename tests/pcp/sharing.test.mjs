// Who has registered a script, who shares it, and when it ends. A fake bpftrace makes the scripts cheap.

import assert from "node:assert/strict";
import { test } from "node:test";

import { plays, says } from "./fake-bpftrace.mjs";
import { AGENT, suite } from "./private-pcp.mjs";
import { isAlive } from "./processes.mjs";
import { eventually } from "./wait.mjs";

const fake = { one: says('{"type": "map", "data": {"@x": 1}}') };
const script = (mark, annotations = "") => `${annotations}${plays("one")} BEGIN { @x = ${mark}; }`;

suite("sharing and leases", { fake, config: { bpftrace: { script_expiry_time: 600 } } }, (pcp) => {
  test("the same script registered twice is one process with two leases", async () => {
    const [first, second] = [await pcp.rest(), await pcp.rest()];
    const a = await first.register(script(11));
    const b = await second.register(`${script(11)}  \n`);
    assert.equal(b.id, a.id);
    await a.hasValue("data.x", 1);
    assert.equal(await a.value("leases"), 2);
    const pid = await a.value("pid");
    assert.equal((await a.deregister()).reply.success, "true");
    await eventually("one lease", async () => (await b.value("leases")) === 1);
    assert.equal(await b.value("pid"), pid);
    assert.equal((await b.deregister()).reply.success, "true");
    await eventually("the process has ended", () => !isAlive(pid));
    await eventually(
      "its metrics have gone",
      async () => (await pcp.names(`bpftrace.scripts.${a.id}`)).length === 0,
    );
  });

  test("a reply has every member that PCP's agent gives", async () => {
    const { reply } = await (await pcp.rest()).register(script(15, "// include: @x\n"));
    // Ours adds how many registrations have not been returned.
    const { script_id, created_at, last_accessed_at, state, leases, ...rest } = reply;
    assert.equal(leases, AGENT === "rust" ? 1 : undefined);
    assert.match(script_id, /^s[0-9a-f]{32}$/);
    for (const time of [created_at, last_accessed_at])
      assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+$/);
    assert.deepEqual(Object.keys(state).sort(), [
      "data_bytes",
      "error",
      "exit_code",
      "pid",
      "probes",
      "status",
    ]);
    assert.ok(["starting", "started"].includes(state.status), state.status);
    assert.deepEqual(rest, {
      username: null,
      persistent: false,
      code: script(15, "// include: @x\n"),
      metadata: { name: null, include: ["@x"], table_retain_lines: null, custom_output_block: false },
      variables: { "@x": { single: true, semantics: 3, datatype: 2, metrictype: null } },
    });
  });

  test("another text or another annotation is another script", async () => {
    const rest = await pcp.rest();
    const ids = [];
    for (const code of [script(21), script(22), script(21, "// refresh: 500ms\n")])
      ids.push((await rest.register(code)).id);
    assert.equal(new Set(ids).size, 3);
  });

  test("a script that is wanted again in time runs on", async () => {
    const rest = await pcp.rest();
    const first = await rest.register(script(31));
    await first.started();
    const pid = await first.value("pid");
    await first.deregister();
    const again = await rest.register(script(31));
    assert.equal(again.id, first.id);
    assert.equal(await again.value("pid"), pid);
  });

  test("a name is the component of the metrics and of the commands", async () => {
    const rest = await pcp.rest();
    const named = await rest.register(script(41, "// name: by_name\n"));
    assert.equal(named.component, "by_name");
    assert.equal(named.reply.persistent, true);
    await named.hasValue("data.x", 1);
    for (const [command, status] of [
      ["stop", "stopped"],
      ["start", "started"],
    ]) {
      assert.equal((await rest.command(command, "by_name")).reply.success, "true", command);
      await named.until(status);
    }
    await rest.command("deregister", "by_name");
    await eventually(
      "its metrics have gone",
      async () => (await pcp.names("bpftrace.scripts.by_name")).length === 0,
    );
  });

  test("a second script of a name that is taken gets its id, and a warning", async () => {
    const rest = await pcp.rest();
    await (await rest.register(script(51, "// name: taken\n"))).started();
    const { status, reply } = await rest.command("register", script(52, "// name: taken\n"));
    assert.equal(status, 200);
    assert.equal(reply.metadata.name, null);
    const second = rest.script(reply.script_id);
    await eventually("the warning", async () => assert.match(await second.value("diagnostics"), /taken/));
  });

  test("deregister takes a list, joined by commas", async () => {
    const rest = await pcp.rest();
    const ids = [];
    for (const mark of [61, 62]) ids.push((await rest.register(script(mark))).id);
    assert.equal((await rest.command("deregister", ids.join(","))).reply.success, "true");
    await eventually(
      "both have gone",
      async () =>
        (await Promise.all(ids.map((id) => pcp.names(`bpftrace.scripts.${id}`)))).flat().length === 0,
    );
  });

  test("a reply belongs to the context that stored, and is read once", async () => {
    const [mine, other] = [await pcp.rest(), await pcp.rest()];
    const answer = await mine.store("bpftrace.control.register", script(71));
    assert.equal(answer.status, 200, answer.text);
    assert.equal(await other.value("bpftrace.control.register"), "{}");
    assert.match(await mine.value("bpftrace.control.register"), /script_id/);
    assert.equal(await mine.value("bpftrace.control.register"), "{}");
    // A refusal has a reply, too, and the other mailboxes stay as they are.
    await mine.refused("BEGIN {");
    assert.equal(await mine.value("bpftrace.control.deregister"), "{}");
  });

  test("pmstore registers, and the script goes on after its context has ended", async () => {
    const answer = await pcp.pmstore("bpftrace.control.register", script(81, "// name: from_pmstore\n"));
    assert.equal(answer.code, 0, answer.text);
    await (await pcp.rest()).script("from_pmstore").hasValue("data.x", 1);
    const refused = await pcp.pmstore("bpftrace.control.register", "BEGIN {");
    assert.match(refused.text, /Bad input to pmstore/);
  });

  test("nobody can store to anything else", async () => {
    const rest = await pcp.rest();
    const one = await rest.register(script(91));
    for (const name of [
      "bpftrace.info.scripts_json",
      "bpftrace.agent.version",
      one.name("status"),
      one.name("data.x"),
    ]) {
      assert.notEqual((await rest.store(name, "1")).status, 200, name);
    }
  });
});

suite("expiry", { fake, config: { bpftrace: { script_expiry_time: 5 } } }, (pcp) => {
  test("a script that nobody fetches ends; one that is fetched, and a named one, stay", async () => {
    const rest = await pcp.rest();
    const lonely = await rest.register(script(1));
    const watched = await rest.register(script(2));
    const named = await rest.register(script(3, "// name: kept\n"));
    await eventually("the lonely one has gone", async () => {
      assert.equal((await watched.value("data.x")) ?? 1, 1);
      return (await pcp.names(`bpftrace.scripts.${lonely.id}`)).length === 0;
    });
    assert.equal(await watched.value("status"), "started");
    assert.equal(await named.value("status"), "started");
    await eventually("two are left", async () => {
      await watched.value("data.x");
      const left = JSON.parse(await rest.value("bpftrace.info.scripts_json"));
      assert.deepEqual(left.map((each) => each.script_id).sort(), [watched.id, named.id].sort());
    });
  });
});
