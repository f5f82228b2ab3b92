// From a host's replies through the real core to frames: what a panel gets before, with and without data.

import { Poller } from "bpflens";
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import { FakeHost } from "../../../web/tests/fake_host.ts";
import { loadRealCore } from "../../tests/core";
import type { BpfQuery } from "../query/model";
import { answer } from "./answer";

const SCRIPT = "tracepoint:syscalls:sys_enter_read { @reads[comm] = count(); }";
const pollers: Poller[] = [];

beforeAll(loadRealCore);
afterEach(() => {
  for (const poller of pollers.splice(0)) poller.dispose();
});

function host(fetch = new FakeHost().fetch): Poller {
  const poller = new Poller({ baseUrl: "http://host", fetch, session: { pollMillis: 100 } });
  pollers.push(poller);
  return poller;
}

function ask({ session }: Poller, query: Partial<BpfQuery> = {}) {
  const whole: BpfQuery = { refId: "A", version: 1, expr: SCRIPT, format: "auto", ...query };
  const now = Date.now();
  return answer(
    session,
    { target: "panel", query: whole, from: now - 60_000, to: now, maxDataPoints: 100 },
    now,
  );
}

async function withData(): Promise<Poller> {
  const poller = host();
  poller.run("panel", SCRIPT);
  await vi.waitFor(() => expect(ask(poller).hasData).toBe(true), { timeout: 4_000 });
  return poller;
}

test("before the first value there is no frame, and no error", () => {
  expect(ask(host())).toMatchObject({ frames: [], hasData: false });
});

test("a flame graph is well-formed before the first value", () => {
  const [frame] = ask(host(), { format: "flamegraph" }).frames;
  expect(frame?.fields.map(({ name, values }) => [name, values])).toEqual([
    ["level", [0]],
    ["value", [0]],
    ["self", [0]],
    ["label", ["all"]],
  ]);
});

test("a counter's rate, named by its key and by the template of the query", async () => {
  const poller = await withData();
  const [frame] = ask(poller).frames;
  expect(frame?.meta?.type).toBe("timeseries-wide");
  const [time, reads] = frame?.fields ?? [];
  expect(time?.type).toBe("time");
  expect(reads).toMatchObject({
    name: "dd",
    type: "number",
    labels: { key0: "dd" },
    config: { unit: "cps", displayNameFromDS: "dd" },
  });
  expect(Array.isArray(reads?.values)).toBe(true);
  const named = ask(poller, { legend: "$metric0 of $key0" }).frames[0];
  expect(named?.fields[1]?.config.displayNameFromDS).toBe("reads of dd");
});

test("the same as a table", async () => {
  const [frame] = ask(await withData(), { format: "table" }).frames;
  expect(frame?.fields.map(({ name, type }) => [name, type])).toEqual([
    [expect.any(String), "string"],
    ["reads", "number"],
  ]);
  expect(frame?.length).toBe(1);
});

test("a map that the script does not have is told, and nobody waits for it", async () => {
  const { frames, hasData, canHaveData } = ask(await withData(), { maps: ["@writes"] });
  expect([hasData, canHaveData]).toEqual([false, false]);
  expect(frames[0]?.meta?.notices?.map(({ text }) => text).join()).toContain("no @writes");
});

test("while an edited script starts, nothing is said of the one before", async () => {
  const poller = await withData();
  poller.edit("panel", SCRIPT.replace("@reads", "@writes"));
  expect(poller.session.status("panel", Date.now()).state).toBe("typing");
  expect(ask(poller, { maps: ["@writes"] })).toMatchObject({ frames: [], canHaveData: true });
});

test("a map that the format cannot draw is told with what it needs, but not before the script is known", async () => {
  const query: Partial<BpfQuery> = { format: "flamegraph", maps: ["@reads"] };
  const noticesOf = (poller: Poller) => {
    const [frame] = ask(poller, query).frames;
    return frame?.meta?.notices?.map(({ text }) => text).join() ?? "";
  };
  const known = await withData();
  expect(noticesOf(known)).toContain("kstack");
  expect(ask(known, query).canHaveData).toBe(false);
  expect(noticesOf(host())).toBe("");
});

test("a host that does not answer is an error, with what came before", async () => {
  const poller = host(async () => Promise.reject(new Error("connection refused")));
  poller.run("panel", SCRIPT);
  await vi.waitFor(() => expect(ask(poller).error).toBeDefined());
  expect(ask(poller).error).toEqual({ refId: "A", message: expect.stringContaining("connection refused") });
});

test("a notice about the stored query reaches the panel also without data", () => {
  const query: BpfQuery = { refId: "A", version: 1, expr: SCRIPT, format: "auto" };
  const question = { target: "panel", query, from: 0, to: 1, maxDataPoints: 1, notice: "What is this?" };
  const [frame] = answer(host().session, question, Date.now()).frames;
  expect(frame).toMatchObject({
    length: 0,
    meta: { notices: [{ severity: "info", text: "What is this?" }] },
  });
});
