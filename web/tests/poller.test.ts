// The driver between a Session and fetch: what it sends, when, and what it does with each outcome.

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Poller } from "../src/poller.ts";
import type { PollerOptions } from "../src/poller_options.ts";
import type { Fetch } from "../src/transport.ts";
import { FakeSession, request } from "./fake_session.ts";

vi.mock("../pkg/bt_wasm.js", async () => ({ Session: (await import("./fake_session.ts")).FakeSession }));

beforeEach(() => {
  vi.useFakeTimers({ now: 50_000 });
});

afterEach(() => {
  vi.useRealTimers();
});

function pollerWith(answer: Fetch, options: PollerOptions = {}) {
  const calls: { url: string; init: RequestInit }[] = [];
  const poller = new Poller({
    baseUrl: "http://host:1",
    token: "secret",
    fetch: (url, init) => {
      calls.push({ url, init });
      return answer(url, init);
    },
    ...options,
  });
  return { poller, calls, session: FakeSession.last };
}

const ok: Fetch = async () => new Response("{}", { status: 200 });

test("requests go out with the token, and their answers go back to the session", async () => {
  const { poller, calls, session } = pollerWith(ok);
  session.due.push(request(1), request(2, { method: "POST", path: "/pmapi/7/store", body: "BEGIN {}" }));
  poller.run("panel", "BEGIN {}");
  await vi.advanceTimersByTimeAsync(0);
  expect(calls.map(({ url, init }) => `${init.method} ${url} ${init.body ?? ""}`)).toEqual([
    "GET http://host:1/pmapi/1 ",
    "POST http://host:1/pmapi/7/store BEGIN {}",
  ]);
  expect(calls[0]?.init.headers).toEqual({ Authorization: "Bearer secret" });
  expect(session.log).toEqual(["run panel BEGIN {} 50000", "respond 1 200 {}", "respond 2 200 {}"]);
});

test("it ticks again when the session asks for it, and not before", async () => {
  const { calls, session } = pollerWith(ok);
  session.due.push(request(3));
  await vi.advanceTimersByTimeAsync(999);
  expect(calls).toHaveLength(0);
  await vi.advanceTimersByTimeAsync(1);
  expect(calls).toHaveLength(1);
});

test("a session that wants no sleep does not make a busy loop", async () => {
  const { session } = pollerWith(ok);
  session.sleepMillis = 0;
  const ticks = vi.spyOn(session, "tick");
  await vi.advanceTimersByTimeAsync(2000);
  expect(ticks.mock.calls.length).toBeLessThan(500);
});

test("a network failure is told to the session", async () => {
  const { poller, session } = pollerWith(async () => {
    throw new TypeError("refused");
  });
  session.due.push(request(4));
  poller.stop("panel");
  await vi.advanceTimersByTimeAsync(0);
  expect(session.log).toEqual(["stop panel 50000", "fail 4 refused"]);
});

test("a host that does not answer is given up after the request's time limit", async () => {
  vi.useRealTimers(); // AbortSignal.timeout has a clock of its own.
  const never: Fetch = (_, init) =>
    new Promise((_, reject) => init.signal?.addEventListener("abort", () => reject(new Error("aborted"))));
  const { poller, session } = pollerWith(never, { now: () => 0 });
  session.due.push(request(5, { timeoutMillis: 20 }));
  poller.stop("panel");
  await vi.waitFor(() => expect(session.log).toContain("fail 5 no answer within 0.02 s"));
  poller.dispose();
});

test.each([401, 403])("status %d means that the token is not accepted, until it is", async (status) => {
  const answers = [new Response("no", { status }), new Response("{}")];
  const { poller, session } = pollerWith(async () => answers.shift() ?? Response.error());
  session.due.push(request(6));
  await vi.advanceTimersByTimeAsync(1000);
  expect(poller.accessDenied).toBe(true);
  session.due.push(request(7));
  await vi.advanceTimersByTimeAsync(1000);
  expect(poller.accessDenied).toBe(false);
});

test("listeners hear of every change until they leave", async () => {
  const { poller } = pollerWith(ok);
  const heard = vi.fn();
  const leave = poller.onChange(heard);
  poller.run("panel", "BEGIN {}");
  expect(heard).toHaveBeenCalledTimes(1);
  leave();
  poller.stop("panel");
  expect(heard).toHaveBeenCalledTimes(1);
});

test("closing returns the leases with keepalive, ends polling and frees the session once", async () => {
  const { poller, calls, session } = pollerWith(ok);
  poller.dispose();
  poller.dispose();
  session.due.push(request(8));
  await vi.advanceTimersByTimeAsync(5000);
  expect(calls.map(({ url, init }) => `${url} ${init.body} ${init.keepalive}`)).toEqual([
    "http://host:1/pmapi/7/store s1 true",
  ]);
  expect(session.log).toEqual(["free"]);
});

test("an answer that comes after closing is dropped", async () => {
  let answer: (response: Response) => void = () => undefined;
  const { poller, session } = pollerWith(() => new Promise((resolve) => (answer = resolve)));
  session.due.push(request(9));
  await vi.advanceTimersByTimeAsync(1000);
  poller.dispose();
  answer(new Response("{}"));
  await vi.advanceTimersByTimeAsync(0);
  expect(session.log).toEqual(["free"]);
});

test("requests go out one after the other, the caller's own among them", async () => {
  const answers: (() => void)[] = [];
  const { poller, calls, session } = pollerWith(
    () => new Promise((resolve) => answers.push(() => resolve(new Response("{}")))),
  );
  session.due.push(request(10), request(11));
  poller.edit("panel", "BEGIN {}");
  const own = poller.request({ method: "GET", path: "/pmapi/own", timeoutMillis: 3000 });
  for (let sent = 1; sent <= 3; sent += 1) {
    await vi.advanceTimersByTimeAsync(0);
    expect(calls).toHaveLength(sent);
    answers.shift()?.();
  }
  expect(await own).toEqual({ status: 200, body: "{}" });
  expect(calls.map(({ url }) => url.slice(-3))).toEqual(["/10", "/11", "own"]);
});

test("a transport of the caller's own is used instead of fetch", async () => {
  const paths: string[] = [];
  const { poller, calls, session } = pollerWith(ok, {
    transport: async ({ path }) => {
      paths.push(path);
      return { status: 200, body: "[]" };
    },
  });
  session.due.push(request(12));
  poller.stop("panel");
  await vi.advanceTimersByTimeAsync(0);
  expect([paths, calls, session.log.at(-1)]).toEqual([["/pmapi/12"], [], "respond 12 200 []"]);
});

test("a panic in the core ends polling, is told once, and reaches whoever runs a script", async () => {
  const { poller, calls, session } = pollerWith(ok);
  const told = vi.fn();
  poller.onError(told);
  session.nextTick = () => {
    throw new WebAssembly.RuntimeError("unreachable");
  };
  await vi.advanceTimersByTimeAsync(60_000);
  expect(told).toHaveBeenCalledTimes(1);
  expect(poller.failure?.message).toMatch(/stopped \(unreachable\): load the page again/);
  expect(() => poller.run("panel", "BEGIN {}")).toThrow(/load the page again/);
  await expect(poller.info("scripts")).rejects.toThrow(/load the page again/);
  expect(vi.getTimerCount()).toBe(0);
  expect(calls).toHaveLength(0);
  poller.dispose();
});

test("a refused command rejects with the agent's reason", async () => {
  const refused = JSON.stringify({ success: "false", error: "script not found" });
  const value = { name: "bpftrace.control.stop", instances: [{ instance: null, value: refused }] };
  const { poller } = pollerWith(async (url) => {
    if (url.includes("/context")) return Response.json({ context: 7 });
    if (url.includes("/store")) return Response.json({ message: "Bad input" }, { status: 400 });
    return Response.json({ values: [value] });
  });
  await expect(poller.control("stop", "s1")).rejects.toThrow("script not found");
});
