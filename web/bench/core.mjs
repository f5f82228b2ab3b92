// A core of its own for each benchmark: the memory of WebAssembly never shrinks, so growth is measured from a new one.
import { readFile } from "node:fs/promises";

const folder = new URL("../pkg/", import.meta.url);
let instances = 0;

/** The classes of a new core, and its memory. */
export async function loadCore() {
  instances += 1;
  const core = await import(new URL(`bt_wasm.js?instance=${instances}`, folder).href);
  const { memory } = core.initSync({ module: await readFile(new URL("bt_wasm_bg.wasm", folder)) });
  return { core, memory };
}
