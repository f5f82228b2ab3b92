// What can be written at the cursor: the language's own names, and the host's probes if they are known.

import { type CompletionList, completeLanguage, type ProbeIndex } from "../pkg/bt_wasm.js";

/**
 * What can be written at `offset` (UTF-16) of `source`, best first.
 *
 * `targetVersion` is a bpftrace version such as `0.17`, the newest known one by default. It throws only if that is no
 * version.
 */
export function complete(
  source: string,
  offset: number,
  targetVersion?: string,
  probes?: ProbeIndex,
): CompletionList {
  return probes === undefined
    ? completeLanguage(source, offset, targetVersion)
    : probes.complete(source, offset, targetVersion);
}
