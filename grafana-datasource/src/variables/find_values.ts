// Values of dashboard variables: `scripts()`, `maps(SCRIPT)` and `keys(SCRIPT, @map)` of the host.

import type { MetricFindValue } from "@grafana/data";
import type { Poller, RunningScript } from "bpflens";
import { readInstances } from "./instances";

export type VariableQuery =
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

/** A host whose scripts are asked for. */
export interface Host {
  readonly poller: Poller;
  readonly hostspec: string | undefined;
  readonly readScripts: (json: string) => RunningScript[];
}

/** Each value once, in the order of the host. */
export async function findValues(host: Host, text: string): Promise<MetricFindValue[]> {
  const query = parseVariableQuery(text);
  switch (query.kind) {
    case "scripts":
      return scripts(host.readScripts(await host.poller.info("scripts")));
    case "maps":
      return once(await maps(host.poller, query.script));
    case "keys": {
      const metric = `bpftrace.scripts.${query.script}.data.${query.map.replace(/^@/, "") || "root"}`;
      return once(await readInstances(host.poller, host.hostspec, metric));
    }
  }
}

/** A script without a name is shown by its first line of code. */
function scripts(running: readonly RunningScript[]): MetricFindValue[] {
  return running.map(({ id, name, firstLine }) => ({ text: name ?? firstLine, value: id }));
}

/** The maps of a script, named by its name or its id, as the agent lists its variables. */
async function maps(poller: Poller, script: string): Promise<string[]> {
  const list = JSON.parse(await poller.info("scripts")) as ListedScript[];
  const found = list.find(({ script_id, metadata }) => script_id === script || metadata?.name === script);
  if (!found) throw new Error(`No script ${script} runs on the host.`);
  return Object.keys(found.variables ?? {}).map((name) => (name === "@output" ? "output" : name));
}

/** The part of `bpftrace.info.scripts_json` that is read here. */
interface ListedScript {
  readonly script_id?: string;
  readonly metadata?: { readonly name?: string | null };
  readonly variables?: Readonly<Record<string, unknown>>;
}

function once(values: readonly string[]): MetricFindValue[] {
  return [...new Set(values)].map((text) => ({ text }));
}
