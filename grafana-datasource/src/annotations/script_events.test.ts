// When scripts were started, stopped or failed, as one list without repetitions.

import type { TimeRange } from "@grafana/data";
import { type RunningScript, readRunningScripts, type TargetStatus } from "bpflens";
import { expect, test } from "vitest";
import { eventFrame, ScriptEvents } from "./script_events";

const NAMED = "// name: reads\nBEGIN { @x = count(); }";
const UNNAMED = "// how many\nEND { @y = count(); }";
const RUNNING = { state: "running" } as TargetStatus;
const range = (from: number, to: number) => ({ from, to }) as unknown as TimeRange;

/** The events in words: `TIME TITLE: TEXT`. */
function told(events: ScriptEvents, running: readonly RunningScript[] = [], from = 0, to = 9_000): string[] {
  const { fields, length } = eventFrame("A", events.list(), running, range(from, to));
  const [times, titles, texts] = fields;
  return Array.from(
    { length },
    (_, row) => `${times?.values[row]} ${titles?.values[row]}: ${texts?.values[row]}`,
  );
}

test("a change is an event, a state that stays is none", () => {
  const events = new ScriptEvents();
  for (const now of [1, 2, 3]) events.observe(NAMED, RUNNING, now);
  events.observe(UNNAMED, { state: "error", message: "no root", diagnostics: [] }, 4);
  events.observe(NAMED, { state: "stopping" }, 5);
  events.observe(NAMED, { state: "idle" }, 6);
  expect(told(events)).toEqual([
    "1 Script started: reads",
    "4 Script failed: END { @y = count(); }: no root",
    "5 Script stopped: reads",
  ]);
  expect(told(events, [], 2, 4)).toEqual(["4 Script failed: END { @y = count(); }: no root"]);
});

test("the host knows better when a script was started, named or not", () => {
  const events = new ScriptEvents();
  events.observe(NAMED, RUNNING, 7_000);
  events.observe(UNNAMED, RUNNING, 8_000);
  const listed = [
    { script_id: "s1", code: NAMED, metadata: { name: "reads" }, created_at: "1970-01-01T00:00:01Z" },
    { script_id: "s2", code: UNNAMED, metadata: {}, created_at: "1970-01-01T00:00:02Z" },
  ];
  expect(told(events, readRunningScripts(JSON.stringify(listed)))).toEqual([
    "1000 Script started: reads",
    "2000 Script started: END { @y = count(); }",
  ]);
});
