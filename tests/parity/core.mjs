//! Loads the built WASM core in node. Build it first: pkg-scripts/build-wasm
import { readFile } from 'node:fs/promises';

const folder = new URL('../../web/pkg/', import.meta.url);

/** The functions and classes of the core, ready to use. */
export async function loadCore() {
  const core = await import(new URL('bt_wasm.js', folder).href);
  core.initSync({ module: await readFile(new URL('bt_wasm_bg.wasm', folder)) });
  return core;
}
