// bpftrace.conf: PCP's own file as it is, what is wrong in it, and reading it again.

import assert from "node:assert/strict";
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";

import { plays, says } from "./fake-bpftrace.mjs";
import { configuration } from "./private-files.mjs";
import { skipReason, start } from "./private-pcp.mjs";
import { eventually } from "./wait.mjs";

const fake = { one: says('{"type": "map", "data": {"@x": 1}}') };
const SCRIPT = `${plays("one")} BEGIN { @x = 1; }`;
/** As Debian installs it: every key that PCP's agent knows, dynamic scripts off. */
const PCP_CONFIG = `[bpftrace]
bpftrace_path = bpftrace
script_expiry_time = 60
max_throughput = 2097152

[dynamic_scripts]
enabled = false
auth_enabled = true
allowed_users = root
`;

describe("bpftrace.conf", { skip: skipReason("bpftrace.conf"), concurrency: 3 }, () => {
  const started = async (context, options) => {
    const pcp = await start({ fake, ...options });
    context.after(() => pcp.stop());
    return pcp;
  };
  const file = (folder) => join(folder, "pmdas/bpftrace/bpftrace.conf");
  const reload = (pcp) => process.kill(pcp.agentPid(), "SIGHUP");
  const taken = (rest, code = SCRIPT) =>
    eventually("a script is taken", async () => {
      const { status, text, reply } = await rest.command("register", code);
      assert.equal(status, 200, `${text} ${JSON.stringify(reply)}`);
    });

  test("PCP's own file is taken without a complaint, and its dynamic scripts are off", async (context) => {
    const pcp = await started(context, { fake: undefined, config: PCP_CONFIG });
    assert.doesNotMatch(pcp.log(), /bpftrace\.conf:\d|unknown|invalid/i);
    const answer = await pcp.pmstore("bpftrace.control.register", "BEGIN { @x = 1; }");
    assert.match(answer.text, /[Pp]ermission/);
    assert.match((await pcp.pminfo("-f", "bpftrace.info.scripts_json")).text, /value "\[\]"/);
  });

  test("an unknown key and a bad value are reported with their lines, and the default stays", async (context) => {
    const lines = (folder) =>
      [
        "[bpftrace]",
        `bpftrace_path = ${folder}/fake/bpftrace`,
        "colour = blue", // 3
        "script_expiry_time = soon", // 4
        "",
        "# a comment",
        "[dynamic_scripts]",
        "enabled = true",
        "auth_enabled = perhaps", // 9
        "allowed_users = root",
        "nonsense", // 11
        "[polcy]",
        "allow_cat = true", // 13
        "[policy]",
        "max_scripts = -3", // 15
      ].join("\n");
    const pcp = await started(context, { prepare: (folder) => writeFileSync(file(folder), lines(folder)) });
    const expected = {
      3: "colour",
      4: "script_expiry_time",
      9: "auth_enabled",
      11: "",
      13: "polcy",
      15: "max_scripts",
    };
    const log = pcp.log().split("\n");
    for (const [line, word] of Object.entries(expected)) {
      assert.ok(
        log.some(
          (entry) => entry.includes(word) && new RegExp(`\\b${line}\\b`).test(entry.replace(/^\[.*?\]/, "")),
        ),
        `no report of line ${line} (${word}) in\n${pcp.log()}`,
      );
    }
    // auth_enabled stays true, its default: root by the socket may, anonymous by TCP may not.
    assert.equal((await pcp.pmstore("bpftrace.control.register", SCRIPT)).code, 0);
    const refused = await (await pcp.rest()).store("bpftrace.control.register", SCRIPT);
    assert.notEqual(refused.status, 200);
  });

  test("without a file the defaults hold: no dynamic scripts", async (context) => {
    const pcp = await started(context, { prepare: (folder) => rmSync(file(folder)) });
    const answer = await pcp.pmstore("bpftrace.control.register", "BEGIN { @x = 1; }");
    assert.match(answer.text, /[Pp]ermission/);
  });

  test("a file in the folder of the system's configuration is found, too", async (context) => {
    const prepare = (folder) => renameSync(file(folder), join(folder, "etc/bpftrace/bpftrace.conf"));
    const pcp = await started(context, { prepare });
    await taken(await pcp.rest());
  });

  test("--config names another file", async (context) => {
    const folders = [];
    const prepare = (folder) => {
      folders.push(folder);
      renameSync(file(folder), join(folder, "other.conf"));
      writeFileSync(file(folder), configuration({ dynamic_scripts: { enabled: false } }));
      const pmcdConf = join(folder, "etc/pmcd/pmcd.conf");
      writeFileSync(pmcdConf, readFileSync(pmcdConf, "utf8").replace("@OTHER@", join(folder, "other.conf")));
    };
    const pcp = await started(context, { prepare, arguments: ["--config", "@OTHER@"] });
    await taken(await pcp.rest());
  });

  test("the old section [authentication] still works", async (context) => {
    const text = (folder) => `[authentication]\nenabled = false\nallowed_users = root\n
[bpftrace]\nbpftrace_path = ${folder}/fake/bpftrace\n[dynamic_scripts]\nenabled = true\n`;
    const pcp = await started(context, { prepare: (folder) => writeFileSync(file(folder), text(folder)) });
    await taken(await pcp.rest());
  });

  test("SIGHUP reads it again: permissions, bounds, a bad file", async (context) => {
    const pcp = await started(context, { config: { dynamic_scripts: { enabled: false } } });
    const write = (sections) =>
      writeFileSync(file(pcp.folder), configuration(sections, join(pcp.folder, "fake/bpftrace")));
    const rest = await pcp.rest();
    assert.notEqual((await rest.store("bpftrace.control.register", SCRIPT)).status, 200);
    const agent = pcp.agentPid();

    write({});
    reload(pcp);
    await taken(rest);

    write({ policy: { max_script_bytes: 40 } });
    reload(pcp);
    await eventually("the script is too long", async () => {
      const { status, reply } = await rest.command("register", `${SCRIPT} // ${"long ".repeat(20)}`);
      return status !== 200 && /40/.test(reply.state.error);
    });

    writeFileSync(file(pcp.folder), "[bpftrace\nrubbish =\n\u0000\n");
    reload(pcp);
    await eventually("the bad file is reported", () => assert.match(pcp.log(), /bpftrace\.conf.*1|line 1/));
    assert.equal(pcp.agentPid(), agent, "the agent lives on");
    assert.match((await pcp.pminfo("-f", "bpftrace.agent.version")).text, /value/);
  });

  test("SIGHUP with another bpftrace_path: the next script runs with that one", async (context) => {
    const pcp = await started(context, { fake: { version: "#!/bin/sh\necho bpftrace v0.8.0\n" } });
    const rest = await pcp.rest();
    await rest.refused("BEGIN { @x = 1; }");
    writeFileSync(file(pcp.folder), configuration());
    reload(pcp);
    await taken(rest, "// name: real\n// refresh: 250ms\nBEGIN { @x = 7; }");
    await rest.script("real").hasValue("data.x", 7);
    assert.match(await rest.value("bpftrace.agent.bpftrace_version"), /0\.17\.0|^\d/);
  });
});
