// Loads the real core for tests in Node.

import { readFile } from "node:fs/promises";
import { init } from "bpflens";

export async function loadRealCore(): Promise<void> {
  await init(readFile(new URL("../../web/pkg/bt_wasm_bg.wasm", import.meta.url)));
}
