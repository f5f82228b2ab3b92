// Why a script must not be sent: what analysis refuses, bpftrace would refuse later and less clearly.

import { analyse, forVersion } from "bpflens";

/** The reason in words; undefined if the script may run. */
export function whyNotRun(source: string, bpftraceVersion: string | undefined): string | undefined {
  if (source.trim() === "") return "Not run: the script is empty.";
  const { diagnostics } = forVersion(bpftraceVersion, (version) => analyse(source, version));
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  const [first] = errors;
  if (first === undefined) return undefined;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : "";
  return `Not run: line ${first.line}: ${first.message}${more}`;
}
