// The status line in every state.
import type { TargetStatus } from "bpflens";
import { expect, test } from "vitest";
import { connectionText, statusText } from "./status.ts";

const RUNNING = {
  state: "running",
  probes: 1,
  lostEvents: 0,
  dataBytes: 9000,
  bytesPerSecond: 2048,
  elapsedMillis: 65_000,
  hasData: true,
  pid: 42,
  sharedBy: 1,
} as const;

test.each<[TargetStatus, string]>([
  [{ state: "idle" }, "idle: Ready"],
  [{ state: "registering", elapsedMillis: 100 }, "busy: Sending · 0.1 s"],
  [{ state: "starting", elapsedMillis: 1234 }, "busy: Starting · 1.2 s"],
  [RUNNING, "good: Running · 1 probe · 2 KiB/s · pid 42 · 1 min 05 s"],
  [
    { ...RUNNING, probes: 3, hasData: false },
    "good: Running · 3 probes · 2 KiB/s · pid 42 · 1 min 05 s · waiting for the first values",
  ],
  [{ state: "stopping" }, "busy: Stopping"],
  [{ state: "stopped", exitCode: 0 }, "idle: Stopped"],
  [{ state: "stopped", exitCode: 3 }, "idle: Stopped · exit code 3"],
  [{ state: "error", message: "no such probe", diagnostics: [] }, "bad: Error · no such probe"],
])("%j", (status, line) => {
  const { tone, state, details } = statusText(status, true);
  expect([`${tone}: ${state}`, ...details].join(" · ")).toBe(line);
});

test("lost events are told apart", () => {
  expect(statusText({ ...RUNNING, lostEvents: 12_345 }, true).lost).toBe("12.3 k events lost");
  expect(statusText(RUNNING, true).lost).toBeUndefined();
});

test("the banner counts down, and says when the token is the reason", () => {
  const lost = { state: "disconnected", message: "no answer", retryInMillis: 2100 } as const;
  expect(connectionText(lost, "ok")).toBe("Disconnected, retrying in 3 s (no answer).");
  expect(connectionText({ state: "disconnected" }, "ok")).toBe("Disconnected, retrying now.");
  expect(connectionText({ state: "connected" }, "ok")).toBeUndefined();
  expect(connectionText({ state: "connecting" }, "no-token")).toMatch(/token=/);
  expect(connectionText(lost, "refused")).toMatch(/does not accept this token/);
});

test("of a script on a host that does not answer nothing is said", () => {
  expect(statusText(RUNNING, false)).toEqual({ tone: "idle", state: "Not connected", details: [] });
});
