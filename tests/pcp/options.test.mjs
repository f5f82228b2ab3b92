// The agent's command line: every PMDA's options, --config, and explanations.

import assert from "node:assert/strict";
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";

import { runProgram } from "./commands.mjs";
import { plays, says } from "./fake-bpftrace.mjs";
import { RUST_AGENT } from "./private-files.mjs";
import { AGENT, skipReason, start } from "./private-pcp.mjs";
import { eventually } from "./wait.mjs";

const skip = AGENT === "rust" ? skipReason("options") : "only of our own agent";

describe("options", { skip, concurrency: 3 }, () => {
  const run = (...args) => runProgram(RUST_AGENT, args, { env: { PATH: "/usr/bin:/bin" } });

  test("--help explains every option, --version says the version", async () => {
    const help = await run("--help");
    assert.equal(help.code, 0, help.text);
    for (const option of ["-d", "-l", "-U", "--config", "--version"])
      assert.ok(help.stdout.includes(option), `${option}\n${help.stdout}`);
    const version = await run("--version");
    assert.equal(version.code, 0);
    assert.match(version.stdout, /pmdabpftrace \d+\.\d+\.\d+/);
  });

  test("another domain than 151 is refused with the reason", async () => {
    const answer = await run("-d", "150");
    assert.notEqual(answer.code, 0);
    assert.match(answer.stderr, /151/);
  });

  test("an unknown option is an error that names it", async () => {
    const answer = await run("--colour");
    assert.notEqual(answer.code, 0);
    assert.match(answer.stderr, /--colour/);
  });

  test("started from a terminal, without pmcd, it ends with an explanation", async () => {
    // script(1) gives it a terminal.
    const answer = await runProgram("/usr/bin/script", ["-qec", RUST_AGENT, "/dev/null"], {});
    assert.equal(answer.code, 1, answer.text);
    assert.match(answer.text, /which pmcd starts\s+hint: /);
  });

  test("-l: what is no file stays what it is", async () => {
    const answer = await run("-l", "/dev/null");
    assert.equal(answer.code, 1, answer.text);
    assert.match(answer.stderr, /\/dev\/null: this is no regular file/);
    assert.ok(statSync("/dev/null").isCharacterDevice());
  });

  test("-l: the log is where it says, one line an event, never a script's text", async (context) => {
    const secret = "a_word_of_the_script";
    const pcp = await start({ fake: { one: says('{"type": "map", "data": {"@x": 1}}') } });
    context.after(() => pcp.stop());
    const rest = await pcp.rest();
    const script = await rest.register(`${plays("one")} BEGIN { @x = 1; /* ${secret} */ }`);
    await script.hasValue("data.x", 1);
    await rest.refused(`BEGIN { @x = ; /* ${secret} */ }`);
    process.kill(await script.value("pid"), "SIGKILL");
    await script.until("error");
    await script.deregister();
    const log = join(pcp.folder, "log/bpftrace.log");
    assert.ok(existsSync(log));
    await eventually("the events", () => {
      const text = readFileSync(log, "utf8");
      assert.match(text, /^Log for pmdabpftrace/);
      for (const word of ["regist", "start", "kill|signal"]) assert.match(text, new RegExp(word, "i"));
      assert.ok(text.includes(script.id) || text.includes(script.id.slice(0, 8)), text);
    });
    const text = await eventually("whole lines", () => {
      const text = readFileSync(log, "utf8");
      return text.endsWith("\n") && text;
    });
    assert.ok(!text.includes(secret), text);
    for (const line of text.split("\n").slice(1)) {
      assert.ok(
        line === "" ||
          /^\[.*\] pmdabpftrace\(\d+\) (Info|Warning|Error|Note|Debug|Notice)/.test(line) ||
          /^Log finished/.test(line),
        line,
      );
    }
  });

  test("-U: the agent runs as that user", async (context) => {
    const prepare = (folder) => {
      chmodSync(folder, 0o755);
      writeFileSync(join(folder, "log/bpftrace.log"), "", { mode: 0o666 });
    };
    const pcp = await start({ arguments: ["-U", "nobody"], prepare });
    context.after(() => pcp.stop());
    assert.equal(statSync(`/proc/${pcp.agentPid()}`).uid, 65534);
    assert.match((await pcp.pminfo("-f", "bpftrace.info.scripts_json")).text, /value "\[\]"/);
    // bpftrace wants root: the script fails with its words.
    const rest = await pcp.rest();
    const { reply } = await rest.command("register", "BEGIN { @x = 1; }");
    if (reply.state.status !== "error") {
      const script = rest.script(reply.script_id);
      await script.until("error");
      assert.match(await script.value("error"), /root|permission/i);
    }
  });

  for (const notready of [false, true]) {
    test(`works ${notready ? "with" : "without"} notready in pmcd.conf`, async (context) => {
      const pcp = await start({ notready, pmcdArguments: [] });
      context.after(() => pcp.stop());
      const script = await (await pcp.rest()).register("// refresh: 250ms\nBEGIN { @x = 5; }");
      await script.hasValue("data.x", 5);
      const status = await pcp.pminfo("-f", "pmcd.agent.status");
      assert.match(status.stdout, /"bpftrace"\] value 0/, status.text);
    });
  }
});
