// Loads the core once, and explains why it cannot be loaded where a page forbids WebAssembly.

export type Core = typeof import("./lazy");

let loading: Promise<Core> | undefined;

/** The core, ready for use. Rejects with an Error to be shown; a failed load may be tried again. */
export function loadCore(): Promise<Core> {
  loading ??= load().catch((error: unknown) => {
    loading = undefined;
    throw explain(error);
  });
  return loading;
}

async function load(): Promise<Core> {
  const core = await import("./lazy");
  await core.init();
  return core;
}

function explain(error: unknown): Error {
  const reason = error instanceof Error ? error.message : String(error);
  if (
    typeof WebAssembly === "undefined" ||
    /unsafe-eval|Content Security Policy|disallowed by embedder/i.test(reason)
  ) {
    return new Error(
      "This page forbids WebAssembly, which analyses and draws bpftrace scripts. Add 'wasm-unsafe-eval' to script-src of " +
        "Grafana's content_security_policy_template.",
    );
  }
  return new Error(`The core of the data source could not be loaded: ${reason}`);
}
