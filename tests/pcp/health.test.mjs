// The health report and the list of scripts against real hosts in every state that they tell apart.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";

import { health } from "../../web/dist/health.js";
import { readRunningScripts } from "../../web/dist/running_scripts.js";
import { skipReason, start } from "./private-pcp.mjs";
import { eventually } from "./wait.mjs";

const BPFLENS =
  process.env.BPFLENS ?? fileURLToPath(new URL("../../target/release/bpflens", import.meta.url));

/** What a browser would send, one call after the other. */
const asking =
  (base, headers = {}) =>
  async ({ method, path, body, timeoutMillis }) => {
    const signal = AbortSignal.timeout(timeoutMillis);
    const answer = await fetch(base + path, { method, body, headers, signal });
    return { status: answer.status, body: await answer.text() };
  };

/** The report must be of this problem, with words in the message and in the remedy. */
function assertProblem(report, problem, message, remedy) {
  assert.equal(report.problem, problem, JSON.stringify(report));
  assert.match(report.message, message);
  assert.match(report.remedy, remedy);
}

describe("the health of a host", { skip: skipReason("health", "rust"), concurrency: 3 }, () => {
  const started = async (context, options) => {
    const pcp = await start({ agent: "rust", ...options });
    context.after(() => pcp.stop());
    return pcp;
  };
  const report = (pcp, hostspec = pcp.hostspec) => health(asking(pcp.base), hostspec);

  test("a host where all is well, and pmcds that are not there", async (context) => {
    const pcp = await started(context);
    await eventually("it is well", async () => {
      const well = await report(pcp);
      assert.ok(well.ok, well.message);
      assert.match(well.message, /the bpftrace agent \d\S* answers with bpftrace \d/);
    });
    const counted = await (await pcp.rest()).value("bpftrace.agent.rejected");
    assert.equal(counted, 0, "asking leaves no trace of a refusal");
    assertProblem(await report(pcp, "127.0.0.1:1"), "no-pmcd", /127\.0\.0\.1:1/, /pmcd/);
    assertProblem(await report(pcp, "no.such.host.invalid"), "no-pmcd", /no\.such\.host/, /host/);
    const elsewhere = await health(asking(`${pcp.base}/elsewhere`));
    assertProblem(elsewhere, "not-pmproxy", /not as pmproxy/, /without a path/);
  });

  test("dynamic scripts off", async (context) => {
    const pcp = await started(context, { config: { dynamic_scripts: { enabled: false } } });
    assertProblem(await report(pcp), "scripts-off", /dynamic scripts are off/, /enabled = true/);
  });

  test("a client that pmcd does not know", async (context) => {
    const pcp = await started(context, { config: { dynamic_scripts: { auth_enabled: true } } });
    assertProblem(await report(pcp), "denied", /not authenticated/, /allowed_users/);
  });

  test("no agent under pmcd", async (context) => {
    const pcp = await started(context, {
      ready: false,
      prepare: (folder) =>
        writeFileSync(
          join(folder, "etc/pmcd/pmcd.conf"),
          "pmcd\t2\tdso\tpmcd_init\t/usr/lib/pcp/pmdas/pmcd/pmda_pmcd.so\n",
        ),
    });
    assertProblem(await report(pcp), "no-agent", /no bpftrace agent/, /Install/);
  });

  test("bpftrace missing, and then too old", async (context) => {
    const config = { bpftrace: { bpftrace_path: "/does/not/exist/bpftrace" } };
    const pcp = await started(context, { config });
    await eventually("it is missing", async () =>
      assertProblem(await report(pcp), "no-bpftrace", /bpftrace not found/, /Install bpftrace/),
    );
    const old = await started(context, { fake: { version: "#!/bin/sh\necho bpftrace v0.8.0\n" } });
    await eventually("it is too old", async () =>
      assertProblem(await report(old), "old-bpftrace", /0\.8\.0 is too old: 0\.\d+/, /newer/),
    );
  });

  test("a bpftrace that takes long to answer", async (context) => {
    const pcp = await started(context, { fake: { version: "#!/bin/sh\nexec sleep 1000\n" } });
    assertProblem(await report(pcp), "starting", /not answered yet/, /again/);
  });

  test("the list of scripts: who, since when, how many leases", async (context) => {
    const pcp = await started(context);
    const rest = await pcp.rest();
    const script = await rest.register("// name: listed\nBEGIN { @x = 1; }");
    await script.started();
    await (await pcp.rest()).register("// name: listed\nBEGIN { @x = 1; }");
    const [listed] = readRunningScripts(await rest.value("bpftrace.info.scripts_json"));
    const { id, leases, status, firstLine, sinceMillis } = listed;
    assert.deepEqual([id, leases, status, firstLine], ["listed", 2, "started", "BEGIN { @x = 1; }"]);
    assert.ok(Math.abs(Date.now() - sinceMillis) < 60_000, `since ${sinceMillis}`);
  });
});

describe("the health of a host with PCP's own agent", {
  skip: skipReason("health with PCP's agent", "python"),
  concurrency: 2,
}, () => {
  test("scripts can run", async (context) => {
    const pcp = await start({ agent: "python" });
    context.after(() => pcp.stop());
    const well = await health(asking(pcp.base), pcp.hostspec);
    assert.ok(well.ok, well.message);
    assert.match(well.message, /PCP's bpftrace agent/);
    await (await pcp.rest()).register("BEGIN { @x = 1; }");
    const [script] = readRunningScripts(await (await pcp.rest()).value("bpftrace.info.scripts_json"));
    assert.equal(script.firstLine, "BEGIN { @x = 1; }");
  });

  test("it refuses without a reason, so the remedy names both", async (context) => {
    const pcp = await start({ agent: "python", config: { dynamic_scripts: { enabled: false } } });
    context.after(() => pcp.stop());
    const report = await health(asking(pcp.base), pcp.hostspec);
    assertProblem(report, "denied", /does not let/, /dynamic scripts are off.*allowed_users/);
  });
});

describe("the health of what is no pmproxy", { skip: skipReason("health of bpflens serve", "rust") }, () => {
  test("nothing at all, and a server of pages", async (context) => {
    const server = createServer((_, response) => response.end("<html>hello</html>"));
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    context.after(() => server.close());
    const base = `http://127.0.0.1:${server.address().port}`;
    assertProblem(await health(asking(base)), "not-pmproxy", /HTTP 200/, /44322/);
    assertProblem(await health(asking("http://127.0.0.1:1")), "unreachable", /Nothing answers/, /pmproxy/);
  });

  test("bpflens serve, with its token and without", async (context) => {
    const { base, token } = await serve(context);
    const well = await health(asking(base, { Authorization: `Bearer ${token}` }));
    assert.ok(well.ok, well.message);
    assert.match(well.message, /answers with bpftrace \d/);
    assertProblem(await health(asking(base)), "unauthorised", /HTTP 401/, /token/);
  });
});

/** Starts `bpflens serve` on a free port, and reads what it prints. */
async function serve(context) {
  const child = spawn(BPFLENS, ["serve", "--listen", "127.0.0.1:0"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  context.after(() => child.kill());
  let printed = "";
  child.stdout.on("data", (text) => (printed += text));
  return eventually("it prints its address", () => {
    const [, base, token] = /(http:\/\/[^/\s]+)\/\S*token=([\w-]+)/.exec(printed) ?? [];
    return base !== undefined && { base, token };
  });
}
