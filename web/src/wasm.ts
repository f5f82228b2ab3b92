// Loads the WebAssembly core once, however many callers ask for it.

import load, { type InitInput } from "../pkg/bt_wasm.js";

let loading: Promise<void> | undefined;

/** The build puts the core beside the package; bundlers follow this form of address. */
const besideThisModule = () => new URL("../pkg/bt_wasm_bg.wasm", import.meta.url);

/**
 * Loads the core; everything else of this package needs it to have finished.
 *
 * In a browser no argument is needed: the file beside this module is compiled while it is downloaded. In Node,
 * or where the file lies elsewhere, pass its bytes or its address. A failed load may be tried again.
 */
export function init(source?: InitInput | Promise<InitInput>): Promise<void> {
  loading ??= load({ module_or_path: source ?? besideThisModule() }).then(
    () => undefined,
    (error: unknown) => {
      loading = undefined;
      throw error;
    },
  );
  return loading;
}
