// A script of the host in words.

import type { RunningScript } from "bpflens";

/** The cells of its row: name, state, user, since, last read, who holds it, first line. */
export function rowOf(script: RunningScript, nowMillis: number): string[] {
  const { id, status, error, probes, user, sinceMillis, lastFetchMillis, firstLine } = script;
  const state = status === "started" ? `runs, ${count(probes, "probe")}` : (error ?? status);
  return [
    id,
    state,
    user ?? "unknown",
    ago(sinceMillis, nowMillis),
    ago(lastFetchMillis, nowMillis),
    holders(script),
    firstLine,
  ];
}

/** Who would miss it. */
export function confirmationText(script: RunningScript): string {
  const { leases, user } = script;
  const viewers =
    leases === undefined || leases === 0
      ? "Panels that show it get no new values until it is started again."
      : `${count(leases, "viewer")} of it will get no new values until it is started again.`;
  return `${user === undefined ? "" : `${user} started it. `}${viewers}`;
}

function holders({ leases, isPersistent }: RunningScript): string {
  if (isPersistent) return "the host, for good";
  return leases === undefined ? "unknown" : count(leases, "viewer");
}

function ago(millis: number | undefined, nowMillis: number): string {
  if (millis === undefined) return "unknown";
  // Two clocks: the host's may be ahead.
  const seconds = Math.max(Math.round((nowMillis - millis) / 1000), 0);
  if (seconds < 120) return `${seconds} s ago`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3600)} h ago`;
  return `${Math.floor(seconds / 86_400)} days ago`;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}
