// The scripts of the host in words: the columns of their list.

import type { RunningScript } from "bpflens";

export interface Column {
  readonly heading: string;
  /** One for each script. */
  readonly cells: readonly string[];
  readonly isCode: boolean;
}

/** Without the columns that the host tells nothing about: the user where it asks nobody who it is, for one. */
export function columnsOf(scripts: readonly RunningScript[], nowMillis: number): Column[] {
  const column = (heading: string, cell: (script: RunningScript) => string | undefined, isCode = false) => {
    const cells = scripts.map(cell);
    const isTold = cells.some((text) => text !== undefined);
    return isTold ? [{ heading, cells: cells.map((text) => text ?? "unknown"), isCode }] : [];
  };
  return [
    ...column("Script", ({ id }) => id),
    ...column("State", stateOf),
    ...column("User", ({ user }) => user),
    ...column("Since", ({ sinceMillis }) => ago(sinceMillis, nowMillis)),
    ...column("Last read", ({ lastFetchMillis }) => ago(lastFetchMillis, nowMillis)),
    ...column("Held by", holders),
    ...column("Begins with", ({ firstLine }) => firstLine, true),
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

function stateOf({ status, probes, error }: RunningScript): string {
  return status === "started" ? `runs, ${count(probes, "probe")}` : (error ?? status);
}

function holders({ leases, isPersistent }: RunningScript): string | undefined {
  if (isPersistent) return "the host, for good";
  return leases === undefined ? undefined : count(leases, "viewer");
}

function ago(millis: number | undefined, nowMillis: number): string | undefined {
  if (millis === undefined) return undefined;
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
