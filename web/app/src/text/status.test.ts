// The status line and the banner; the words of each state are tested where they stand, in the package.
import { expect, test } from "vitest";
import { connectionText, statusLine } from "./status.ts";

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

test("of a running script the page also tells its process and how long it runs", () => {
  expect(statusLine(RUNNING, true)).toEqual({
    tone: "good",
    state: "Live",
    details: ["1 probe", "2.0 KiB/s", "pid 42", "1 min 05 s"],
  });
  expect(statusLine({ state: "stopping" }, true).details).toEqual([]);
});

test("of a script on a host that does not answer nothing is said", () => {
  expect(statusLine(RUNNING, false)).toEqual({ tone: "idle", state: "Not connected", details: [] });
});

test("the banner counts down, and says when the token is the reason", () => {
  const lost = { state: "disconnected", message: "no answer", retryInMillis: 2100 } as const;
  expect(connectionText(lost, "ok")).toBe("Disconnected, retrying in 3 s (no answer).");
  expect(connectionText({ state: "disconnected" }, "ok")).toBe("Disconnected, retrying now.");
  expect(connectionText({ state: "connected" }, "ok")).toBeUndefined();
  expect(connectionText({ state: "connecting" }, "no-token")).toMatch(/token=/);
  expect(connectionText(lost, "refused")).toMatch(/does not accept this token/);
});
