// Analyses a script for the bpftrace that will run it.

import { type Analysis, analyse } from "bpflens";

/** With a version that the core does not understand, the newest language it knows counts. */
export function analyseFor(source: string, bpftraceVersion: string | undefined): Analysis {
  if (bpftraceVersion === undefined) return analyse(source);
  try {
    return analyse(source, bpftraceVersion);
  } catch {
    return analyse(source);
  }
}

/** Why the script must not be sent, in words; undefined if it may: what analysis refuses, bpftrace refuses later. */
export function whyNotRun(source: string, bpftraceVersion: string | undefined): string | undefined {
  if (source.trim() === "") return "Not run: the script is empty.";
  const { diagnostics } = analyseFor(source, bpftraceVersion);
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  const [first] = errors;
  if (first === undefined) return undefined;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : "";
  return `Not run: line ${first.line}: ${first.message}${more}`;
}
