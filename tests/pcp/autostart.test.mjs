// Scripts of the autostart folders: who may write them, what they are called, what happens when they crash.

import assert from "node:assert/strict";
import { chmodSync, chownSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";

import { plays, program, says } from "./fake-bpftrace.mjs";
import { skipReason, start, suite } from "./private-pcp.mjs";
import { eventually } from "./wait.mjs";

const NOBODY = 65534;
const one = says('{"type": "map", "data": {"@x": 1}}');
const SCRIPT = `${plays("one")} BEGIN { @x = 1; }`;

const mixed = {
  fake: { one },
  config: { bpftrace: { script_expiry_time: 1 }, dynamic_scripts: { enabled: false } },
  autostart: {
    "a_good.bt": SCRIPT,
    "b_broken.bt": "BEGIN { this is no script",
    "c_denied.bt": 'BEGIN { @x = 1; system("id"); }',
    "d_writable.bt": `${SCRIPT} // d`,
    "e_foreign.bt": `${SCRIPT} // e`,
    "my-script.v2.bt": `${SCRIPT} // f`,
    "9lives.bt": `${SCRIPT} // g`,
    "z_last.bt": `// name: other\n${SCRIPT} // z`,
    "notes.txt": "no script",
  },
  prepare: (folder) => {
    const path = (name) => join(folder, "etc/bpftrace/autostart", name);
    chmodSync(path("d_writable.bt"), 0o666);
    chownSync(path("e_foreign.bt"), NOBODY, NOBODY);
    mkdirSync(path("folder.bt"));
    symlinkSync("/nowhere", path("dangling.bt"));
    // The second folder: one of its own, one that the first has already.
    const second = join(folder, "pmdas/bpftrace/autostart");
    writeFileSync(join(second, "from_second.bt"), `${SCRIPT} // s`);
    writeFileSync(join(second, "a_good.bt"), `${SCRIPT} // the second of that name`);
  },
};

suite("autostart folders", mixed, (pcp) => {
  test("good scripts run under the names of their files, whatever stands between them", async () => {
    const rest = await pcp.rest();
    for (const name of ["a_good", "z_last", "from_second"]) await rest.script(name).hasValue("data.x", 1);
    const components = new Set((await pcp.names("bpftrace.scripts")).map((name) => name.split(".")[2]));
    // Names that PCP does not allow are made valid.
    for (const odd of [/^my_script_?v2$/, /9lives/])
      assert.ok(
        [...components].some((name) => odd.test(name)),
        [...components].join(),
      );
    for (const name of ["b_broken", "c_denied", "d_writable", "e_foreign", "notes", "folder", "dangling"]) {
      const running = components.has(name) ? await rest.script(name).value("status") : undefined;
      assert.ok(running === undefined || running === "error", `${name} is ${running}`);
    }
  });

  test("what does not start is in the log, with the reason", async () => {
    for (const name of ["b_broken", "c_denied", "d_writable", "e_foreign", "dangling"]) {
      await eventually(name, () => assert.match(pcp.log(), new RegExp(`${name}.*`)));
    }
    for (const reason of [/d_writable.*(writ|permission|mode)/i, /e_foreign.*(own|root)/i])
      await eventually(`${reason}`, () => assert.match(pcp.log(), reason));
    await eventually("the second of that name", () => assert.match(pcp.log(), /a_good.*/));
  });

  test("of two files of one name the first folder's wins", async () => {
    const script = (await pcp.rest()).script("a_good");
    // Autostart comes after the agent's first answers.
    const code = await eventually("the script is there", () => script.value("code"));
    assert.equal(code.trim(), SCRIPT);
  });

  test("they belong to root, are persistent, never expire, and need no dynamic scripts", async () => {
    const rest = await pcp.rest();
    await eventually("the script is there", () => rest.script("a_good").value("code"));
    await rest.script("a_good").started();
    const start = Date.now();
    await eventually("longer than the expiry time", () => Date.now() > start + 3000);
    const all = JSON.parse(await rest.value("bpftrace.info.scripts_json"));
    const good = all.find(({ metadata }) => metadata.name === "a_good");
    assert.deepEqual(
      [good.persistent, good.username, good.state.status],
      [true, "root", "started"],
      JSON.stringify(good),
    );
    assert.notEqual((await rest.store("bpftrace.control.register", SCRIPT)).status, 200);
  });
});

describe("autostart", { skip: skipReason("autostart"), concurrency: 3 }, () => {
  const started = async (context, options) => {
    const pcp = await start(options);
    context.after(() => pcp.stop());
    return pcp;
  };

  test("a folder that others may write is not read at all", async (context) => {
    const prepare = (folder) => chmodSync(join(folder, "etc/bpftrace/autostart"), 0o777);
    const pcp = await started(context, { fake: { one }, autostart: { "good.bt": SCRIPT }, prepare });
    await eventually("the log says so", () =>
      assert.match(pcp.log(), /etc\/bpftrace\/autostart.*(writ|permission|mode)/i),
    );
    assert.deepEqual(await pcp.names("bpftrace.scripts"), []);
  });

  test("a crashed script is restarted, after growing pauses; its values go and come", async (context) => {
    const crashing = program(`
      const { appendFileSync } = require('node:fs');
      appendFileSync(__filename + '.starts', Date.now() + '\\n');
      say('{"type": "map", "data": {"@x": 1}}\\n');
      setTimeout(() => process.exit(3), 100);`);
    const pcp = await started(context, {
      fake: { crashing },
      autostart: { "crash.bt": `${plays("crashing")} BEGIN { @x = 1; }` },
    });
    const starts = () =>
      readFileSync(join(pcp.folder, "fake/crashing.starts"), "utf8").trim().split("\n").map(Number);
    await eventually("the fourth start", () => starts().length >= 4);
    const [first, second, third] = starts()
      .slice(1)
      .map((time, index) => time - starts()[index]);
    // Of 1, 2 and 4 s; a loaded machine only makes them longer.
    assert.ok(
      first >= 800 && second >= 1_600 && third >= 3_200 && third > first + 1_000,
      `pauses of ${first}, ${second} and ${third} ms`,
    );
    const script = (await pcp.rest()).script("crash");
    await eventually("three restarts", async () => (await script.value("restarts")) >= 3);
  });

  test("a killed script comes back with the same numbers", async (context) => {
    const pcp = await started(context, {
      autostart: {
        "ticks.bt": '// refresh: 250ms\nBEGIN { @by["one", "a"] = 1; @by["two", "b"] = 2; @x = 1; }',
      },
    });
    const script = (await pcp.rest()).script("ticks");
    await script.hasValue("data.x", 1);
    await eventually("instances", async () => (await script.table("by")).length === 2);
    const numbers = async () => [
      (await script.descriptor("data.by")).pmid,
      await script.rest
        .indom(script.name("data.by"))
        .then((all) => all.map(({ instance, name }) => `${instance} ${name}`).sort()),
    ];
    const [before, pid] = [await numbers(), await script.value("pid")];
    process.kill(pid, "SIGKILL");
    await eventually("another process", async () => {
      const [status, now] = await script.values("status", "pid");
      return status === "started" && now !== pid;
    });
    await script.hasValue("data.x", 1);
    await eventually("the same numbers", async () => assert.deepEqual(await numbers(), before));
  });

  test("a script that ends by itself is no crash", async (context) => {
    const over = program(
      `say('{"type": "printf", "data": "done\\\\n"}\\n'); setTimeout(() => process.exit(0), 50);`,
    );
    const pcp = await started(context, {
      fake: { over },
      autostart: { "over.bt": `${plays("over")} BEGIN { printf("done"); exit(); }` },
    });
    const script = (await pcp.rest()).script("over");
    await script.until("stopped");
    const start = Date.now();
    await eventually("longer than the first pause", () => Date.now() > start + 3000);
    assert.deepEqual(await script.values("status", "restarts", "error"), ["stopped", 0, ""]);
  });
});
