// The examples of README.md run as they stand, against the built core and a host in memory.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { loadCore } from "./core.ts";
import { FakeHost } from "./fake_host.ts";

const examples = [
  ...readFileSync(new URL("../README.md", import.meta.url), "utf8").matchAll(/```ts\n(.*?)```/gs),
].map((match) => match[1] ?? "");

let folder: string;
let printed: string[];

beforeAll(loadCore);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "bpflens-readme-"));
  printed = [];
  vi.spyOn(console, "log").mockImplementation((...words: unknown[]) => void printed.push(words.join(" ")));
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  rmSync(folder, { recursive: true });
});

async function runExample(index: number): Promise<void> {
  const file = join(folder, `example${index}.ts`);
  writeFileSync(file, examples[index] ?? "");
  await import(/* @vite-ignore */ file);
}

test("analysing prints the map and what it is", async () => {
  await runExample(0);
  expect(printed).toEqual(["0 errors", "@reads keyed counter timeseries"]);
});

test("running prints the values of the map as they come", async () => {
  const host = new FakeHost();
  vi.stubGlobal("fetch", host.fetch);
  await runExample(1);
  await vi.waitFor(
    () => expect(printed.filter((line) => line.startsWith("@reads dd")).length).toBeGreaterThan(1),
    8000,
  );
  expect(host.requests.slice(0, 2)).toContain("GET /pmapi/context");
  expect(host.requests).toContain("POST /pmapi/7/store");
});

test("there is no example without a test", () => {
  expect(examples).toHaveLength(2);
});
