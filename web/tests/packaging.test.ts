// What is published is complete: plain Node can import it, strict projects can type-check it, and it holds nothing else.

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { Projects } from "./packaging/projects.ts";

const run = promisify(execFile);
const cwd = fileURLToPath(new URL("..", import.meta.url));
const TSC = fileURLToPath(new URL("../node_modules/typescript/bin/tsc", import.meta.url));

/** As in README.md for Node. */
const PROGRAM = `
  import { readFile } from "node:fs/promises";
  import { fileURLToPath } from "node:url";
  import { analyse, init } from "bpflens";
  await init(readFile(fileURLToPath(import.meta.resolve("bpflens/bt_wasm_bg.wasm"))));
  console.log(analyse("BEGIN { @x = count(); }").facts.maps[0].name);
`;

/** npm, the compilers and others may share two processors. */
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let projects: Projects;
beforeAll(async () => {
  projects = await Projects.install("node", "vite");
});
afterAll(() => projects?.remove());

test("Node imports it without a bundler", async () => {
  const { stdout } = await run("node", ["--input-type=module", "--eval", PROGRAM], {
    cwd: projects.path("node"),
  });
  expect(stdout).toBe("@x\n");
});

test.each([
  ["bundler", "esnext"],
  ["nodenext", "nodenext"],
])("its types hold in a strict project, as %s finds them", async (moduleResolution, module) => {
  const options = ["--module", module, "--moduleResolution", moduleResolution];
  const { stdout } = await run("node", [TSC, "--project", projects.path("vite"), ...options]);
  expect(stdout).toBe("");
});

test("the package holds its modules, their types and the core", async () => {
  const { stdout } = await run("npm", ["pack", "--dry-run", "--json", "--loglevel=error"], { cwd });
  const packed: { files: { path: string }[] }[] | Record<string, { files: { path: string }[] }> =
    JSON.parse(stdout);
  const files = Object.values(packed)
    .flatMap((entry) => entry.files.map(({ path }) => path))
    .sort();
  expect(files).toEqual([
    "README.md",
    "dist/complete.d.ts",
    "dist/complete.js",
    "dist/for_version.d.ts",
    "dist/for_version.js",
    "dist/health.d.ts",
    "dist/health.js",
    "dist/host_calls.d.ts",
    "dist/host_calls.js",
    "dist/index.d.ts",
    "dist/index.js",
    "dist/json.d.ts",
    "dist/json.js",
    "dist/listeners.d.ts",
    "dist/listeners.js",
    "dist/page_events.d.ts",
    "dist/page_events.js",
    "dist/plain_arrays.d.ts",
    "dist/plain_arrays.js",
    "dist/poller.d.ts",
    "dist/poller.js",
    "dist/poller_options.d.ts",
    "dist/poller_options.js",
    "dist/request_queue.d.ts",
    "dist/request_queue.js",
    "dist/running_scripts.d.ts",
    "dist/running_scripts.js",
    "dist/status_text.d.ts",
    "dist/status_text.js",
    "dist/transport.d.ts",
    "dist/transport.js",
    "dist/wasm.d.ts",
    "dist/wasm.js",
    "package.json",
    "pkg/bt_wasm.d.ts",
    "pkg/bt_wasm.js",
    "pkg/bt_wasm_bg.wasm",
    "pkg/bt_wasm_bg.wasm.d.ts",
  ]);
});
