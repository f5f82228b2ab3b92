// Looks at processes through /proc: only descendants of the server under test count, as others may run bpftrace too.

import { readdirSync, readFileSync } from "node:fs";

interface ProcessStat {
  readonly pid: number;
  readonly command: string;
  readonly state: string;
  readonly parent: number;
}

/** Process ids of the running bpftrace processes below this one. */
export function bpftraceBelow(ancestor: number): number[] {
  const all = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readStat(Number(name)) ?? []);
  const family = new Set([ancestor]);
  // Children may have lower ids than their parents, so repeat until nothing is added.
  for (let size = 0; size !== family.size; ) {
    size = family.size;
    for (const { pid, parent } of all) if (family.has(parent)) family.add(pid);
  }
  return all
    .filter(
      ({ pid, command, state }) =>
        pid !== ancestor && family.has(pid) && command === "bpftrace" && state !== "Z",
    )
    .map(({ pid }) => pid);
}

/** Whether this bpftrace still runs; a zombie does not, nor does another program that got its id. */
export function isBpftrace(pid: number): boolean {
  const stat = readStat(pid);
  return stat !== undefined && stat.command === "bpftrace" && stat.state !== "Z";
}

function readStat(pid: number): ProcessStat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The command stands in parentheses and may contain anything, also parentheses.
    const open = text.indexOf("(");
    const close = text.lastIndexOf(")");
    const [state = "", parent = "0"] = text.slice(close + 2).split(" ");
    return { pid, command: text.slice(open + 1, close), state, parent: Number(parent) };
  } catch {
    return undefined; // It ended between listing and reading.
  }
}
