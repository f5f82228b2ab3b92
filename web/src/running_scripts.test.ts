// The list of scripts of a host: what our agent and PCP's send, and rubbish.

import { expect, test } from "vitest";
import { readRunningScripts, scriptTitle } from "./running_scripts.ts";

const OURS = {
  script_id: "s0123",
  username: "root",
  persistent: false,
  created_at: "2026-11-22T15:58:28.339163",
  last_accessed_at: "2026-11-22T15:58:29.339163",
  code: "// name: reads\n\n  tracepoint:syscalls:sys_enter_read { @reads = count(); }\n",
  metadata: { name: "reads", include: null },
  variables: { "@reads": { single: true }, "@output": { single: true } },
  state: { status: "started", pid: 42, exit_code: 0, error: "", probes: 1, data_bytes: 0 },
  leases: 2,
};

test("a script of our agent, under its name", () => {
  expect(readRunningScripts(JSON.stringify([OURS]))).toEqual([
    {
      id: "reads",
      name: "reads",
      user: "root",
      sinceMillis: Date.UTC(2026, 10, 22, 15, 58, 28, 339),
      lastFetchMillis: Date.UTC(2026, 10, 22, 15, 58, 29, 339),
      leases: 2,
      isPersistent: false,
      status: "started",
      error: undefined,
      probes: 1,
      firstLine: "tracepoint:syscalls:sys_enter_read { @reads = count(); }",
      scriptId: "s0123",
      maps: ["@reads", "output"],
    },
  ]);
});

test("PCP's agent names no user and counts no leases", () => {
  const { leases: _, ...entry } = { ...OURS, username: null, metadata: { name: null } };
  const [script] = readRunningScripts(JSON.stringify([entry]));
  expect(script).toMatchObject({ id: "s0123", name: undefined, user: undefined, leases: undefined });
});

test("the newest script comes first, one without a date last", () => {
  const at = (script_id: string, created_at: unknown) => ({ ...OURS, script_id, created_at, metadata: {} });
  const list = [at("none", 7), at("old", "2026-01-01T00:00:00"), at("new", "2026-06-01T00:00:00Z")];
  expect(readRunningScripts(JSON.stringify(list)).map(({ id }) => id)).toEqual(["new", "old", "none"]);
});

test("why a script failed is told, and nothing of one that runs", () => {
  const state = (status: string) => ({ ...OURS, state: { status, error: "no such probe", probes: -1 } });
  const list = ["error", "started", "dancing"].map(state);
  expect(readRunningScripts(JSON.stringify(list)).map(({ status, error }) => [status, error])).toEqual([
    ["error", "no such probe"],
    ["started", undefined],
    ["unknown", undefined],
  ]);
});

test.each([
  ["BEGIN { @ = 1 }", "BEGIN { @ = 1 }"],
  ["// only\n// comments", "// only"],
  ["#!/usr/bin/bpftrace\n/* long\n * comment\n */\nEND {}", "END {}"],
  ["", ""],
  [`x${"y".repeat(500)}`, `x${"y".repeat(118)}…`],
])("the first line of code of %j", (code, line) => {
  expect(readRunningScripts(JSON.stringify([{ ...OURS, code }]))[0]?.firstLine).toBe(line);
});

test("a script is called by its name where it has one", () => {
  expect(scriptTitle(OURS.code)).toBe("reads");
  expect(scriptTitle("// counts reads\nBEGIN { @ = 1 }")).toBe("BEGIN { @ = 1 }");
});

test("entries that are no scripts are left out, fields that are no values too", () => {
  const rubbish = [
    null,
    1,
    "x",
    [],
    {},
    { script_id: 5 },
    { script_id: "s1", state: 3, metadata: "m", code: {} },
  ];
  expect(readRunningScripts(JSON.stringify(rubbish))).toMatchObject([
    { id: "s1", status: "unknown", probes: 0 },
  ]);
});

test.each(["", "{}", "null", "[", "<html>"])("%j is no list", (text) => {
  expect(() => readRunningScripts(text)).toThrow("the host sent no list of scripts");
});
