// The list of the scripts of a host, in words.

import type { RunningScript } from "bpflens";
import { expect, test } from "vitest";
import { columnsOf, confirmationText } from "./script_columns";

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

const cellOf = (script: RunningScript, heading: string) =>
  columnsOf([script], NOW).find((column) => column.heading === heading)?.cells[0];

test("a script that runs", () => {
  expect(columnsOf([SCRIPT], NOW).map(({ heading, cells }) => [heading, ...cells])).toEqual([
    ["Script", "reads"],
    ["State", "runs, 1 probe"],
    ["User", "root"],
    ["Since", "3 h ago"],
    ["Last read", "1 s ago"],
    ["Held by", "2 viewers"],
    ["Begins with", "BEGIN { }"],
  ]);
});

test("what the host tells of no script has no column, what it tells of some is unknown of the others", () => {
  const unknown = { user: undefined, lastFetchMillis: undefined, leases: undefined };
  const failed: RunningScript = { ...SCRIPT, ...unknown, status: "error", error: "no such probe" };
  const headings = columnsOf([failed], NOW).map(({ heading }) => heading);
  expect(headings).toEqual(["Script", "State", "Since", "Begins with"]);
  const [, state, user] = columnsOf([SCRIPT, failed], NOW);
  expect([state?.cells[1], user?.cells]).toEqual(["no such probe", ["root", "unknown"]]);
});

test.each([
  [-5_000, "0 s ago"],
  [119_000, "119 s ago"],
  [120_000, "2 min ago"],
  [7_200_000, "2 h ago"],
  [200_000_000, "2 days ago"],
])("%d ms are %s", (millis, text) => {
  expect(cellOf({ ...SCRIPT, sinceMillis: NOW - millis }, "Since")).toBe(text);
});

test("an autostart script is held by its host", () => {
  expect(cellOf({ ...SCRIPT, isPersistent: true }, "Held by")).toBe("the host, for good");
});

test("before it is stopped one is told who would miss it", () => {
  expect(confirmationText(SCRIPT)).toMatch(/^root started it\. 2 viewers of it/);
  expect(confirmationText({ ...SCRIPT, user: undefined, leases: undefined })).toMatch(/^Panels that show it/);
});
