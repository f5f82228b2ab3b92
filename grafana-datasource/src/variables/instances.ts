// Reads the keys that a map has on the host, with three questions of PMWEBAPI.

import type { Poller } from "bpflens";

const TIMEOUT_MILLIS = 10_000;
/** Seconds after which pmproxy drops the context by itself. */
const CONTEXT_SECONDS = 15;

interface Instance {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** The keys of the metric's instances; those of a histogram's buckets are left out. */
export async function readInstances(
  poller: Poller,
  hostspec: string | undefined,
  metric: string,
): Promise<string[]> {
  const parameters = new URLSearchParams({ polltimeout: String(CONTEXT_SECONDS) });
  if (hostspec) parameters.set("hostspec", hostspec);
  const { context } = await ask<{ context: number }>(poller, `/pmapi/context?${parameters}`);
  const name = new URLSearchParams({ name: metric });
  const { instances = [] } = await ask<{ instances?: Instance[] }>(poller, `/pmapi/${context}/indom?${name}`);
  return instances.flatMap(keyOf);
}

/** By the parts that the agent gives as labels; by the name with agents that give none. */
function keyOf({ name, labels = {} }: Instance): string[] {
  const parts = Object.keys(labels)
    .filter((label) => /^key\d+$/.test(label))
    .sort((a, b) => Number(a.slice(3)) - Number(b.slice(3)))
    .map((label) => labels[label] ?? "");
  if (parts.length > 0) return [parts.join(", ")];
  return "low" in labels || "high" in labels ? [] : [name];
}

async function ask<T>(poller: Poller, path: string): Promise<T> {
  const { status, body } = await poller.request({ method: "GET", path, timeoutMillis: TIMEOUT_MILLIS });
  if (status !== 200) throw new Error(messageOf(body) ?? `The host answers with status ${status}.`);
  return JSON.parse(body) as T;
}

function messageOf(body: string): string | undefined {
  try {
    const { message } = JSON.parse(body) as { message?: unknown };
    return typeof message === "string" ? message : undefined;
  } catch {
    return undefined;
  }
}
