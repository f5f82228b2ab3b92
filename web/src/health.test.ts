// What a report says for each answer; that real hosts answer so is what tests/pcp/health.test.mjs shows.

import { expect, test } from "vitest";
import { type Ask, health } from "./health.ts";

type Answer = { status: number; body: string } | Error;

const json = (status: number, value: unknown): Answer => ({ status, body: JSON.stringify(value) });
const CONTEXT = json(200, { context: 7, hostspec: "db1", labels: { hostname: "db1.example" } });
const single = (name: string, value: string) => ({ name, instances: [{ instance: null, value }] });
const AGENT = json(200, {
  values: [
    single("bpftrace.control.deregister", "{}"),
    single("bpftrace.agent.version", "0.1.0"),
    single("bpftrace.agent.bpftrace_version", "0.17.0"),
  ],
});
const REFUSED = json(400, { message: "failed to store: Bad input", success: false });
const reply = (value: object) =>
  json(200, { values: [single("bpftrace.control.deregister", JSON.stringify(value))] });

/** A host that gives these answers in turn, and the paths that it was asked for. */
function host(...answers: Answer[]) {
  const asked: string[] = [];
  const ask: Ask = async ({ method, path }) => {
    asked.push(`${method} ${path}`);
    const answer = answers.shift();
    if (answer === undefined || answer instanceof Error) throw answer ?? new Error("asked too often");
    return answer;
  };
  return { ask, asked };
}

test("a host that can run scripts is asked four questions at most, each about one stage", async () => {
  const { ask, asked } = host(CONTEXT, AGENT, json(200, { success: true }));
  expect(await health(ask, "db1?x=1&y")).toEqual({
    ok: true,
    message: "Scripts can run on db1.example: the bpftrace agent 0.1.0 answers with bpftrace 0.17.0.",
    host: "db1.example",
    agentVersion: "0.1.0",
    bpftraceVersion: "0.17.0",
  });
  expect(asked).toEqual([
    "GET /pmapi/context?polltimeout=15&hostspec=db1%3Fx%3D1%26y",
    "GET /pmapi/7/fetch?names=bpftrace.control.deregister,bpftrace.agent.version,bpftrace.agent.bpftrace_version",
    "POST /pmapi/7/store?name=bpftrace.control.deregister",
  ]);
});

test.each<[string, Answer[]]>([
  ["unreachable", [new TypeError("fetch failed")]],
  ["unreachable", [{ status: 502, body: "Bad Gateway" }]],
  ["unreachable", [CONTEXT, new Error("no answer within 10 s")]],
  ["unauthorised", [{ status: 401, body: "" }]],
  ["unauthorised", [CONTEXT, AGENT, json(403, { message: "no" })]],
  ["not-pmproxy", [{ status: 200, body: "<html>hello</html>" }]],
  ["not-pmproxy", [{ status: 404, body: "not found" }]],
  ["not-pmproxy", [json(200, { status: "ok" })]],
  ["not-pmproxy", [json(200, ["context"])]],
  ["not-pmproxy", [{ status: 400, body: "<h1>400 Bad Request</h1>" }]],
  ["no-pmcd", [json(400, { message: "cannot connect to PMCD: Connection refused", success: false })]],
  ["no-agent", [CONTEXT, json(200, { values: [] })]],
  ["no-agent", [CONTEXT, json(400, { message: "Unknown metric name" })]],
  ["scripts-off", [CONTEXT, AGENT, REFUSED, reply({ error: "dynamic scripts are off: set it" })]],
  ["denied", [CONTEXT, AGENT, REFUSED, reply({ error: "the client is not authenticated: it must" })]],
  ["denied", [CONTEXT, AGENT, json(400, { message: "store: No permission to perform" }), reply({})]],
  ["no-bpftrace", [CONTEXT, AGENT, REFUSED, reply({ error: "bpftrace not found: install bpftrace" })]],
  ["no-bpftrace", [CONTEXT, AGENT, REFUSED, reply({ error: "bpftrace cannot be run: denied" })]],
  ["old-bpftrace", [CONTEXT, AGENT, REFUSED, reply({ error: "bpftrace 0.8.0 is too old: 0.12 or later" })]],
  ["starting", [CONTEXT, AGENT, REFUSED, reply({ error: "bpftrace has not answered yet: try again" })]],
  ["refused", [CONTEXT, AGENT, REFUSED, reply({ error: "the engine has been shut down" })]],
])("%s: %j", async (problem, answers) => {
  const report = await health(host(...answers).ask);
  if (report.ok) throw new Error(report.message);
  expect(report.problem).toBe(problem);
  expect(report.message).toMatch(/^[A-Zp].*\.$/);
  expect(report.remedy).toMatch(/^[A-Zp].*\.$/);
});

test("PCP's agent, which knows no empty list, has carried out the command when it finds no script", async () => {
  const python = json(200, { values: [single("bpftrace.control.deregister", "{}")] });
  const { ask } = host(CONTEXT, python, REFUSED, reply({ error: "one or more scripts were not found" }));
  expect(await health(ask)).toMatchObject({
    ok: true,
    message: "Scripts can run on db1.example: PCP's bpftrace agent answers.",
  });
});

test("what was learned before the failure is told with it", async () => {
  const { ask } = host(CONTEXT, AGENT, REFUSED, reply({ error: "dynamic scripts are off: set it." }));
  expect(await health(ask)).toMatchObject({ ok: false, host: "db1.example", bpftraceVersion: "0.17.0" });
});
