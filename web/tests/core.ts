// Loads the built core from pkg/ for tests in Node.

import { readFile } from "node:fs/promises";
import { init } from "../src/index.ts";

export async function loadCore(): Promise<void> {
  await init(readFile(new URL("../pkg/bt_wasm_bg.wasm", import.meta.url)));
}
