// A script of the host in words.

import type { RunningScript } from "bpflens";
import { expect, test } from "vitest";
import { confirmationText, rowOf } from "./script_row";

const NOW = 1_000_000_000;
const SCRIPT: RunningScript = {
  id: "reads",
  name: "reads",
  user: "root",
  sinceMillis: NOW - 3 * 3_600_000,
  lastFetchMillis: NOW - 1_000,
  leases: 2,
  isPersistent: false,
  status: "started",
  error: undefined,
  probes: 1,
  scriptId: "s1",
  maps: [],
  firstLine: "BEGIN { }",
};

test("a script that runs", () => {
  expect(rowOf(SCRIPT, NOW)).toEqual([
    "reads",
    "runs, 1 probe",
    "root",
    "3 h ago",
    "1 s ago",
    "2 viewers",
    "BEGIN { }",
  ]);
});

test("one that failed and of which the agent tells little", () => {
  const unknown = { user: undefined, sinceMillis: undefined, lastFetchMillis: undefined, leases: undefined };
  const row = rowOf({ ...SCRIPT, ...unknown, status: "error", error: "no such probe" }, NOW);
  expect(row.slice(1, 6)).toEqual(["no such probe", "unknown", "unknown", "unknown", "unknown"]);
});

test.each([
  [-5_000, "0 s ago"],
  [119_000, "119 s ago"],
  [120_000, "2 min ago"],
  [7_200_000, "2 h ago"],
  [200_000_000, "2 days ago"],
])("%d ms are %s", (millis, text) => {
  expect(rowOf({ ...SCRIPT, sinceMillis: NOW - millis }, NOW)[3]).toBe(text);
});

test("an autostart script is held by its host", () => {
  expect(rowOf({ ...SCRIPT, isPersistent: true }, NOW)[5]).toBe("the host, for good");
});

test("before it is stopped one is told who would miss it", () => {
  expect(confirmationText(SCRIPT)).toMatch(/^root started it\. 2 viewers of it/);
  expect(confirmationText({ ...SCRIPT, user: undefined, leases: undefined })).toMatch(/^Panels that show it/);
});
