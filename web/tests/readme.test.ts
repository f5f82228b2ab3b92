// The examples of README.md run as they stand, against the built core and a host in memory.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, expect, type MockInstance, test, vi } from "vitest";
import { analyse, Poller } from "../src/index.ts";
import { loadCore } from "./core.ts";
import { FakeHost } from "./fake_host.ts";

/** The example below each heading. */
const examples = new Map(
  readFileSync(new URL("../README.md", import.meta.url), "utf8")
    .split(/^## /m)
    .flatMap((section) => {
      const heading = section.slice(0, section.indexOf("\n"));
      return [...section.matchAll(/```ts\n(.*?)```/gs)].map(([, code = ""]) => [heading, code] as const);
    }),
);

let folder: string;
let host: FakeHost;
let printed: string[];
let running: MockInstance<Poller["run"]>;

beforeAll(loadCore);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "bpflens-readme-"));
  host = new FakeHost();
  vi.stubGlobal("fetch", host.fetch);
  running = vi.spyOn(Poller.prototype, "run");
  printed = [];
  const words = (values: unknown[]) =>
    values.map((value) => (typeof value === "object" ? JSON.stringify(value) : value));
  vi.spyOn(console, "log").mockImplementation((...values) => void printed.push(words(values).join(" ")));
});

afterEach(() => {
  for (const [, script] of running.mock.calls) expect(analyse(script).hasErrors).toBe(false);
  for (const poller of running.mock.contexts as Poller[]) poller.dispose();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  rmSync(folder, { recursive: true });
});

async function runExample(heading: string): Promise<void> {
  const file = join(folder, "example.ts");
  const code = examples.get(heading);
  if (code === undefined) throw new Error(`no example below ${heading}`);
  writeFileSync(file, code);
  await import(/* @vite-ignore */ file);
}

test("analysing prints the map and what it is", async () => {
  await runExample("Analyse a script");
  expect(printed).toEqual(["0 errors", "@reads keyed counter timeseries"]);
});

test("an editor is offered a probe, a signature, an explanation and a block", async () => {
  await runExample("What an editor offers");
  expect(printed).toEqual([
    "probe tracepoint:sched:sched_switch",
    "lhist(n, min, max, step) wants min",
    "```bpftrace\nlhist(n, min, max, step)\n```\n\nHistogram by equal steps.",
    "lines 1 to 3",
  ]);
});

test("running prints the state and the values of the map as they come", async () => {
  await runExample("Run a script and watch its maps");
  await vi.waitFor(
    () => expect(printed.filter((line) => line.startsWith("@reads dd")).length).toBeGreaterThan(1),
    8000,
  );
  expect(printed).toContain("Live");
  expect(host.requests.slice(0, 2)).toContain("GET /pmapi/context");
  expect(host.requests).toContain("POST /pmapi/7/store");
});

test("each frame has what its map has", async () => {
  await runExample("Draw its maps");
  const last = (line: string) => printed.lastIndexOf(line);
  await vi.waitFor(() => expect(last("dd /s 3")).toBeGreaterThan(-1), 8000);
  expect(printed.slice(last("dd /s 3"))).toMatchInlineSnapshot(`
    [
      "dd /s 3",
      "from 256 to 511 10",
      "from 512 to 1023 90",
      "0 all 200",
      "1 vfs_read 200",
      "2 read_zero 140",
      "["key","reads"] ["dd",500]",
      "["cpu","command"] [0,"dd"]",
    ]
  `);
}, 10_000);

test("the host is asked whether scripts can run and which do, and stops one", async () => {
  await runExample("Ask the host");
  expect(printed).toMatchInlineSnapshot(`
    [
      "Scripts can run on host: the bpftrace agent 0.1.0 answers with bpftrace 0.17.0. ",
      "s0123456789abcdef0123456789abcdef started 1 BEGIN { @x = 1; }",
    ]
  `);
  expect(host.commands).toContain("stop s0123456789abcdef0123456789abcdef");
});

test("there is no example without a test", () => {
  expect([...examples.keys()]).toEqual([
    "Analyse a script",
    "What an editor offers",
    "Run a script and watch its maps",
    "Draw its maps",
    "Ask the host",
  ]);
});
