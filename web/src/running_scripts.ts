// Reads the list of scripts that a host runs, as agents of either kind send it; what cannot be read is left out.

import { asRecord, parseJson } from "./json.ts";

/** A script that is registered on a host. */
export interface RunningScript {
  /** What `Poller.control` takes, and the script's place in metric names: the name where there is one, else the agent's id. */
  readonly id: string;
  /** The agent's id in any case. */
  readonly scriptId: string;
  /** Its annotation `name`, if it could be given. */
  readonly name: string | undefined;
  /** Who registered it; absent where the agent does not ask who it is. */
  readonly user: string | undefined;
  /** When it was registered, in milliseconds since 1970. */
  readonly sinceMillis: number | undefined;
  /** When somebody last fetched its values. */
  readonly lastFetchMillis: number | undefined;
  /** Registrations that were not returned yet; PCP's own agent does not count them. */
  readonly leases: number | undefined;
  /** Whether it stays without anybody who looks at it. */
  readonly isPersistent: boolean;
  readonly status: ScriptStatus;
  /** Why it failed; only with the status `error`. */
  readonly error: string | undefined;
  readonly probes: number;
  /** The first line that is code, shortened to `MAX_TITLE` characters. */
  readonly firstLine: string;
  /** Its maps with their `@`, and `output` if it prints text. */
  readonly maps: readonly string[];
}

export type ScriptStatus = "stopped" | "starting" | "started" | "stopping" | "error" | "unknown";

/** An agent runs 64 scripts unless told otherwise; of a longer list the rest is not read. */
const MAX_SCRIPTS = 1000;
const MAX_TITLE = 120;
const STATUSES: readonly ScriptStatus[] = ["stopped", "starting", "started", "stopping", "error"];

/**
 * The scripts in `bpftrace.info.scripts_json`, the newest first.
 *
 * @throws Error if the text is no list at all.
 */
export function readRunningScripts(json: string): RunningScript[] {
  const list = parseList(json);
  return list
    .slice(0, MAX_SCRIPTS)
    .flatMap((entry) => readScript(entry) ?? [])
    .sort((a, b) => (b.sinceMillis ?? 0) - (a.sinceMillis ?? 0));
}

/** How a script is called in lists: by its annotation `name`, else by its first line that is code. */
export function scriptTitle(code: string): string {
  const [, name] = /^\s*\/\/\s*name:\s*(\S+)/m.exec(code) ?? [];
  return name ?? firstLine(code);
}

function parseList(json: string): unknown[] {
  const list = parseJson(json);
  if (!Array.isArray(list)) throw new Error("the host sent no list of scripts");
  return list;
}

function readScript(entry: unknown): RunningScript | undefined {
  const script = asRecord(entry);
  const state = asRecord(script.state);
  const name = text(asRecord(script.metadata).name);
  const scriptId = text(script.script_id);
  if (scriptId === undefined) return undefined;
  const status = STATUSES.find((known) => known === state.status) ?? "unknown";
  return {
    id: name ?? scriptId,
    scriptId,
    name,
    user: text(script.username),
    sinceMillis: moment(script.created_at),
    lastFetchMillis: moment(script.last_accessed_at),
    leases: count(script.leases),
    isPersistent: script.persistent === true,
    status,
    error: status === "error" ? text(state.error) : undefined,
    probes: count(state.probes) ?? 0,
    firstLine: firstLine(text(script.code) ?? ""),
    maps: Object.keys(asRecord(script.variables)).map((map) => (map === "@output" ? "output" : map)),
  };
}

function firstLine(code: string): string {
  const lines = code.split("\n").map((line) => line.trim());
  const line = lines.find((line) => line !== "" && !/^(\/\/|\/\*|\*|#)/.test(line)) ?? lines[0] ?? "";
  return line.length > MAX_TITLE ? `${line.slice(0, MAX_TITLE - 1)}…` : line;
}

/** ISO 8601 without a zone: UTC from our agent. PCP's writes its host's local time, which nothing tells apart. */
function moment(value: unknown): number | undefined {
  const written = text(value);
  if (written === undefined) return undefined;
  const millis = Date.parse(/(Z|[+-]\d\d:?\d\d)$/.test(written) ? written : `${written}Z`);
  return Number.isNaN(millis) ? undefined : millis;
}

const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);

const count = (value: unknown) =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
