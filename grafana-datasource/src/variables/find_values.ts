// Values of dashboard variables: `scripts()`, `maps(SCRIPT)` and `keys(SCRIPT, @map)` of the host.

import type { MetricFindValue } from "@grafana/data";
import type { MetricInstance, Poller, RunningScript } from "bpflens";

type VariableQuery =
  | { readonly kind: "scripts" }
  | { readonly kind: "maps"; readonly script: string }
  | { readonly kind: "keys"; readonly script: string; readonly map: string };

/** What the variable asks for. @throws Error that tells the forms there are. */
export function parseVariableQuery(text: string): VariableQuery {
  const [, name, list = ""] = /^\s*(\w+)\s*\(([^)]*)\)\s*$/.exec(text) ?? [];
  const [script, map, ...more] = list
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
  if (name === "scripts" && !script) return { kind: "scripts" };
  if (name === "maps" && script && !map) return { kind: "maps", script };
  if (name === "keys" && script && map && more.length === 0) return { kind: "keys", script, map };
  throw new Error("A variable is one of: scripts(), maps(SCRIPT), keys(SCRIPT, @map).");
}

/** Each value once, in the order of the host. `readScripts` reads the host's list. */
export async function findValues(
  poller: Pick<Poller, "info" | "instances">,
  readScripts: (json: string) => RunningScript[],
  text: string,
): Promise<MetricFindValue[]> {
  const query = parseVariableQuery(text);
  switch (query.kind) {
    case "scripts":
      return readScripts(await poller.info("scripts")).map(scriptValue);
    case "maps":
      return once(mapsOf(readScripts(await poller.info("scripts")), query.script));
    case "keys": {
      const metric = `bpftrace.scripts.${query.script}.data.${query.map.replace(/^@/, "") || "root"}`;
      return once((await poller.instances(metric)).flatMap(keyOf));
    }
  }
}

/** A script without a name is shown by its first line of code. */
function scriptValue({ id, name, firstLine }: RunningScript): MetricFindValue {
  return { text: name ?? firstLine, value: id };
}

/** Of the script with this name or id. */
function mapsOf(running: readonly RunningScript[], script: string): readonly string[] {
  const found = running.find(({ id, scriptId }) => id === script || scriptId === script);
  if (!found) throw new Error(`No script ${script} runs on the host.`);
  return found.maps;
}

/** By the parts that the agent gives as labels; by the name with agents that give none. Buckets are no keys. */
function keyOf({ name, labels }: MetricInstance): string[] {
  const parts = Object.keys(labels)
    .filter((label) => /^key\d+$/.test(label))
    .sort((a, b) => Number(a.slice(3)) - Number(b.slice(3)))
    .map((label) => labels[label] ?? "");
  if (parts.length > 0) return [parts.join(", ")];
  return "low" in labels || "high" in labels ? [] : [name];
}

function once(values: readonly string[]): MetricFindValue[] {
  return [...new Set(values)].map((text) => ({ text }));
}
