// What happened to scripts: as the host lists them, and as this page saw them change.

import { type DataFrame, FieldType, type TimeRange } from "@grafana/data";
import { type RunningScript, scriptTitle, type TargetStatus } from "bpflens";

export type EventKind = "started" | "stopped" | "failed";

export interface ScriptEvent {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly kind: EventKind;
  readonly text: string;
}

/** Events that are kept; the oldest goes first. */
const MAX_EVENTS = 1_000;
/** Scripts whose state is remembered; the one that was seen least lately goes first. */
const MAX_SCRIPTS = 200;

/** Remembers when the scripts of panels changed their state. */
export class ScriptEvents {
  readonly #states = new Map<string, TargetStatus["state"]>();
  readonly #events: ScriptEvent[] = [];

  /** Takes the state of a script as it is now; panels with the same script make one event. */
  observe(source: string, status: TargetStatus, now: number): void {
    const before = this.#states.get(source);
    this.#states.delete(source);
    this.#states.set(source, status.state);
    for (const oldest of this.#states.keys()) {
      if (this.#states.size <= MAX_SCRIPTS) break;
      this.#states.delete(oldest);
    }
    const kind = before === status.state ? undefined : kindOf(before, status.state);
    if (!kind) return;
    const reason = status.state === "error" ? `: ${status.message}` : "";
    this.#events.push({ time: now, kind, text: scriptTitle(source) + reason });
    if (this.#events.length > MAX_EVENTS) this.#events.shift();
  }

  /** The oldest first. */
  list(): readonly ScriptEvent[] {
    return this.#events;
  }
}

/** A frame as Grafana's annotation support reads it: its own events, and the starts that the host remembers. */
export function eventFrame(
  refId: string,
  own: readonly ScriptEvent[],
  running: readonly RunningScript[],
  { from, to }: TimeRange,
): DataFrame {
  // What the host lists has begun when the host says so, whoever began it.
  const starts = running.flatMap(startOf);
  const listed = new Set(starts.map(({ text }) => text));
  const events = [...starts, ...own.filter(({ kind, text }) => kind !== "started" || !listed.has(text))]
    .filter(({ time }) => time >= from.valueOf() && time <= to.valueOf())
    .sort((a, b) => a.time - b.time);
  return {
    refId,
    name: "scripts",
    length: events.length,
    fields: [
      { name: "time", type: FieldType.time, config: {}, values: events.map(({ time }) => time) },
      {
        name: "title",
        type: FieldType.string,
        config: {},
        values: events.map(({ kind }) => `Script ${kind}`),
      },
      { name: "text", type: FieldType.string, config: {}, values: events.map(({ text }) => text) },
      {
        name: "tags",
        type: FieldType.string,
        config: {},
        values: events.map(({ kind }) => `bpftrace,${kind}`),
      },
    ],
  };
}

function startOf({ sinceMillis, name, firstLine }: RunningScript): ScriptEvent[] {
  return sinceMillis === undefined ? [] : [{ time: sinceMillis, kind: "started", text: name ?? firstLine }];
}

function kindOf(
  before: TargetStatus["state"] | undefined,
  state: TargetStatus["state"],
): EventKind | undefined {
  if (state === "running") return "started";
  if (state === "error") return "failed";
  const ends = state === "stopping" || state === "stopped" || state === "idle";
  return ends && before === "running" ? "stopped" : undefined;
}
