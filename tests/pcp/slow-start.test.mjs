// The agent answers before and without bpftrace: a missing, old, slow or broken one only refuses registrations.

import assert from "node:assert/strict";
import { chmodSync, existsSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";

import { plays, says } from "./fake-bpftrace.mjs";
import { skipReason, start } from "./private-pcp.mjs";
import { NOT_YET } from "./rest.mjs";
import { eventually } from "./wait.mjs";

/** Answers when the file `go` is there. */
const held = `#!/bin/sh
until [ -e "$(dirname "$0")/go" ]; do sleep 0.1; done
echo bpftrace v0.17.0
`;
const SAYS_ONE = says('{"type": "map", "data": {"@x": 1}}');
/** pmcd's own limits; an agent that is slower than that is dropped. */
const IMPATIENT = [];

describe("an agent without a working bpftrace", { skip: skipReason("slow start"), concurrency: 2 }, () => {
  const started = async (context, options) => {
    const pcp = await start({ pmcdArguments: IMPATIENT, ...options });
    context.after(() => pcp.stop());
    return pcp;
  };
  const answers = async (pcp) => {
    const scripts = await pcp.pminfo("-f", "bpftrace.info.scripts_json");
    assert.match(scripts.text, /value "\[\]"/);
    const tracepoints = await pcp.pminfo("-f", "bpftrace.info.tracepoints");
    assert.match(tracepoints.text, /tracepoint:syscalls:sys_enter_read\b/);
    assert.match((await pcp.pminfo("-f", "bpftrace.agent.version")).text, /value "\d/);
  };

  for (const notready of [false, true]) {
    const kind = notready ? "notready" : "plain";
    test(`-l that takes long and --version that takes long delay no answer (${kind})`, async (context) => {
      const fake = { version: held, list: held, one: SAYS_ONE };
      const autostart = { "slow.bt": `${plays("one")} BEGIN { @x = 1; }` };
      const pcp = await started(context, { fake, notready, autostart });
      await answers(pcp);
      writeFileSync(join(pcp.folder, "fake/go"), "");
      // Registrations work as soon as it has said its version; until then they say why not.
      const rest = await pcp.rest();
      await eventually("a script is taken", async () => {
        const { status, reply } = await rest.command("register", `${plays("one")} BEGIN { @x = 1; }`);
        assert.equal(status, 200, reply.state?.error ?? reply.error);
      });
      // Autostart has waited for it, too.
      await rest.script("slow").hasValue("data.x", 1);
    });
  }

  test("bpftrace missing: everything answers, registrations fail with the reason, until it is there", async (context) => {
    const away = (folder) => renameSync(join(folder, "fake/bpftrace"), join(folder, "fake/away"));
    const pcp = await started(context, { fake: { one: SAYS_ONE }, prepare: away });
    await answers(pcp);
    const rest = await pcp.rest();
    const reply = await refusedForGood(rest, `${plays("one")} BEGIN { @x = 1; }`);
    assert.match(reply.state.error, /bpftrace/);
    assert.match(reply.state.error, /No such file|not found|missing|not installed/i);
    await eventually("the log says so", () => assert.match(pcp.log(), /fake\/bpftrace/));
    renameSync(join(pcp.folder, "fake/away"), join(pcp.folder, "fake/bpftrace"));
    await eventually(
      "a script is taken",
      async () => {
        const again = await rest.command("register", `${plays("one")} BEGIN { @x = 1; }`);
        assert.equal(again.status, 200, again.reply.state?.error);
      },
      90_000,
    );
  });

  test("bpftrace too old: everything answers, registrations fail with both versions", async (context) => {
    const pcp = await started(context, { fake: { version: "#!/bin/sh\necho bpftrace v0.8.0\n" } });
    await answers(pcp);
    const reply = await refusedForGood(await pcp.rest(), "BEGIN { @x = 1; }");
    assert.match(reply.state.error, /0\.8\.0/);
    assert.match(reply.state.error.replace("0.8.0", ""), /\b0\.\d+/, "what is needed");
  });

  test("a bpftrace that fails or is none refuses registrations with what it said", async (context) => {
    const version = "#!/bin/sh\necho libLLVM.so: cannot open shared object file >&2\nexit 127\n";
    const pcp = await started(context, { fake: { version } });
    await answers(pcp);
    const reply = await refusedForGood(await pcp.rest(), "BEGIN { @x = 1; }");
    assert.match(reply.state.error, /libLLVM|version/);
  });

  test("a bpftrace that never answers delays nobody for ever", async (context) => {
    const pcp = await started(context, { fake: { version: "#!/bin/sh\nexec sleep 1000\n" } });
    const begin = Date.now();
    const reply = await (await pcp.rest()).refused("BEGIN { @x = 1; }");
    assert.ok(Date.now() - begin < 15_000, `refused after ${Date.now() - begin} ms`);
    assert.match(reply.state.error, /bpftrace/);
    await answers(pcp);
  });

  test("a path that is no program refuses with the reason", async (context) => {
    const prepare = (folder) => {
      writeFileSync(join(folder, "fake/bpftrace"), "no program");
      chmodSync(join(folder, "fake/bpftrace"), 0o644);
    };
    const pcp = await started(context, { fake: {}, prepare });
    assert.ok(existsSync(join(pcp.folder, "fake/bpftrace")));
    await answers(pcp);
    const reply = await refusedForGood(await pcp.rest(), "BEGIN { @x = 1; }");
    assert.match(reply.state.error, /[Pp]ermission/);
  });
});

/** What a refusal says once it is known what bpftrace is like: before, the agent only asks to try again. */
const refusedForGood = (rest, code) =>
  eventually("a refusal with the reason", async () => {
    const reply = await rest.refused(code);
    assert.doesNotMatch(reply.state.error, NOT_YET);
    return reply;
  });
