// The browser core against PCP itself: real pmproxy and pmcd, either bpftrace agent, real bpftrace.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import init, { Session } from "../../web/pkg/bt_wasm.js";
import * as pcp from "./private-pcp.mjs";
import { PATIENCE_MILLIS } from "./wait.mjs";

before(() =>
  init({ module_or_path: readFileSync(new URL("../../web/pkg/bt_wasm_bg.wasm", import.meta.url)) }),
);

for (const agent of ["python", "rust"]) {
  const skip = pcp.skipReason(`the browser core against the ${agent} agent`, agent);
  test(`the browser core shows the same with the ${agent} agent as with the embedded server`, {
    skip,
  }, async (context) => {
    const instance = await pcp.start({ agent, prepare: giveLabels });
    context.after(() => instance.stop());
    const session = new Session({ hostspec: instance.hostspec });
    const script = `
      interval:ms:100 { @ticks = count(); @by[comm] = count(); @size = hist(5); }
      interval:s:1 { printf("a,b\\n1,2\\n"); }`;
    session.run("panel", script, Date.now());
    await drive(
      session,
      instance.base,
      () => session.metrics("panel").filter((metric) => metric.instances > 0).length === 4,
    );

    const status = session.status("panel", Date.now());
    assert.equal(status.state, "running");
    assert.equal(status.probes, 3); // two of the script, one that prints the maps
    const metric = Object.fromEntries(session.metrics("panel").map((view) => [view.leaf, view]));
    assert.equal(metric.size.defaultFormat, "heatmap");
    assert.equal(metric.output.defaultFormat, "table");

    await drive(session, instance.base, () => totals(session).at(-1) > totals(session)[0]);
    const heat = () => session.heatMap("panel", "size", { from: 0, to: Date.now() });
    await drive(session, instance.base, () => heat().buckets.length > 0);
    assert.deepEqual(
      heat().buckets.map(({ low, high }) => [low, high]),
      [[4, 7]],
    );
    await drive(session, instance.base, () => /^a,b\n1,2\n/.test(session.text("panel", "output")));

    session.stop("panel", Date.now());
    await drive(session, instance.base, () => session.status("panel", Date.now()).state === "idle");
    session.free();
  });
}

/** Labels as an administrator may give them: they come with every context, metric and instance. */
function giveLabels(folder) {
  mkdirSync(join(folder, "etc/labels"));
  writeFileSync(
    join(folder, "etc/labels/site.json"),
    '{"rack": 5, "spare": true, "note": null, "at": {"row": 2}}',
  );
}

/** The values of the unkeyed counter, without gaps. */
function totals(session) {
  const frame = session.timeSeries("panel", "ticks", { from: 0, to: Date.now(), rate: false });
  return (frame.series[0]?.values ?? []).filter((value) => !Number.isNaN(value));
}

/** Performs what the session asks for until `done`. */
async function drive(session, base, done) {
  const end = Date.now() + PATIENCE_MILLIS;
  while (!done()) {
    assert.ok(
      Date.now() < end,
      `not done within ${PATIENCE_MILLIS} ms: ${JSON.stringify(session.status("panel", Date.now()))}`,
    );
    await Promise.all(session.tick(Date.now()).map((request) => perform(session, base, request)));
    await sleep(Math.min(session.nextTick(Date.now()), 100));
  }
}

/** As patient as the page is: an answer that never comes is a failed request, not the end of the test. */
async function perform(session, base, { id, method, path, body, timeoutMillis }) {
  try {
    const answer = await fetch(base + path, { method, body, signal: AbortSignal.timeout(timeoutMillis) });
    session.respond(id, answer.status, await answer.text(), Date.now());
  } catch (error) {
    session.fail(id, String(error), Date.now());
  }
}
