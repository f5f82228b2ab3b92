// What /proc says of processes.

import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** Whether the process runs; one that has ended and was not reaped does not. */
export function isAlive(pid) {
  const stat = statOf(pid);
  return stat !== undefined && stat.state !== "Z" && stat.state !== "X";
}

/** Its children, in the order of their numbers. */
export function children(pid) {
  return processes()
    .filter((process) => process.parent === pid && process.state !== "Z")
    .map((process) => process.pid);
}

/** Its children, their children, and so on. */
export function descendants(pid) {
  const all = processes();
  const below = (parent) =>
    all
      .filter((process) => process.parent === parent && process.state !== "Z")
      .flatMap((process) => [process.pid, ...below(process.pid)]);
  return below(pid);
}

/** The processes whose working folder is `folder` or one below it: pmcd's, and all that it has started. */
export function workingIn(folder) {
  return processes()
    .filter(
      ({ pid, state }) => pid !== process.pid && state !== "Z" && workingFolder(pid).startsWith(`${folder}/`),
    )
    .map(({ pid }) => pid);
}

/** Bytes of memory that the process holds. */
export function residentBytes(pid) {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1];
  return Number(kilobytes) * 1024;
}

function processes() {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .sort((a, b) => a - b)
    .map(statOf)
    .filter((stat) => stat !== undefined);
}

function workingFolder(pid) {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return "";
  }
}

function statOf(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name stands in brackets and may hold anything.
    const [state, parent] = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return { pid, state, parent: Number(parent) };
  } catch {
    return undefined;
  }
}
