// All that the core declares can be had from the package: who receives a frame can name the type of its parts.

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");

/** What the loader of the core is made of; `init` stands for it. */
const OF_THE_LOADER = ["InitOutput", "SyncInitInput", "initSync"];
/** `complete` is this and `ProbeIndex.complete` in one. */
const BEHIND_ANOTHER_NAME = ["completeLanguage"];

test("every declaration of the core is exported", () => {
  const declared = [
    ...read("../src/bt_wasm.snapshot.d.ts").matchAll(/^export (?:interface|type|class|function) (\w+)/gm),
  ].map(([, name = ""]) => name);
  expect(declared).toContain("TargetStatus");
  const exported = new Set(read("../src/index.ts").match(/\w+/g));
  const missing = declared.filter((name) => !exported.has(name));
  expect(missing.sort()).toEqual([...OF_THE_LOADER, ...BEHIND_ANOTHER_NAME].sort());
});
