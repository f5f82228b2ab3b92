// The calls beside the panels' polling: what they ask for, and what becomes of odd answers.

import { expect, test } from "vitest";
import { askInfo, askInstances } from "./host_calls.ts";

/** A host that gives these answers in turn, the first to who opens a context; and what it was asked for. */
function host(...bodies: unknown[]) {
  const asked: string[] = [];
  const answers = [{ context: 7 }, ...bodies];
  const ask = async ({ method, path }: { method: string; path: string }) => {
    asked.push(`${method} ${path}`);
    return { status: 200, body: JSON.stringify(answers.shift()) };
  };
  return { ask, asked };
}

test("instances with their labels, of which only texts are taken", async () => {
  const instances = [
    { instance: 0, name: "dd", labels: { key0: "dd", rack: 5 } },
    { instance: 1, name: "cat" },
    { instance: 2 },
    null,
  ];
  const { ask, asked } = host({ indom: "151.100010", instances });
  expect(await askInstances(ask, "web1", "bpftrace.scripts.a.data.x")).toEqual([
    { name: "dd", labels: { key0: "dd" } },
    { name: "cat", labels: {} },
  ]);
  expect(asked).toEqual([
    "GET /pmapi/context?polltimeout=15&hostspec=web1",
    "GET /pmapi/7/indom?name=bpftrace.scripts.a.data.x",
  ]);
});

test.each([[{}], [[]], [{ instances: "none" }]])("%j has no instances", async (answer) => {
  expect(await askInstances(host(answer).ask, undefined, "a.b")).toEqual([]);
});

test("a host without the list says which one it lacks", async () => {
  await expect(askInfo(host({ values: [] }).ask, undefined, "scripts")).rejects.toThrow(
    "the host has no bpftrace.info.scripts_json",
  );
});
