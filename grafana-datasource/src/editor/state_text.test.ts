// The state line in words.

import type { TargetStatus } from "bpflens";
import { expect, test } from "vitest";
import { stateText } from "./state_text";

const RUNNING = {
  state: "running",
  probes: 1,
  lostEvents: 0,
  dataBytes: 0,
  bytesPerSecond: 2048,
  elapsedMillis: 0,
  hasData: true,
  pid: 1,
  sharedBy: 1,
} as const satisfies TargetStatus;

function line(status: TargetStatus | undefined): string {
  const { tone, state, details, place } = stateText(status);
  return [tone, state, ...details, ...(place ? [`${place.line}:${place.column}`] : [])].join(" | ");
}

test.each<[TargetStatus | undefined, string]>([
  [undefined, "idle | Not running"],
  [{ state: "idle" }, "idle | Stopped"],
  [{ state: "typing", startsInMillis: 420 }, "busy | Starts in 1 s, or with Ctrl+S"],
  [{ state: "typing", startsInMillis: 0 }, "busy | Starts in 1 s, or with Ctrl+S"],
  [{ state: "registering", elapsedMillis: 250 }, "busy | Sending | 0.3 s"],
  [{ state: "starting", elapsedMillis: 1500 }, "busy | Starting | 1.5 s"],
  [RUNNING, "good | Live | 1 probe | 2.0 KiB/s"],
  [
    { ...RUNNING, hasData: false, probes: 1200 },
    "good | Attached, waiting for the first values | 1,200 probes",
  ],
  [
    { ...RUNNING, lostEvents: 3 },
    "warning | Live | 1 probe | 2.0 KiB/s | 3 events lost: use fewer probes, or aggregate more",
  ],
  [{ ...RUNNING, sharedBy: 3 }, "good | Live | 1 probe | 2.0 KiB/s | shared by 3 panels"],
  [{ state: "stopping" }, "busy | Stopping"],
  [{ state: "stopped", exitCode: 0 }, "idle | Ended"],
  [{ state: "stopped", exitCode: 2 }, "idle | Ended with exit code 2"],
  [{ state: "error", message: "no root", diagnostics: [] }, "bad | Error: no root"],
])("%j", (status, text) => {
  expect(line(status)).toBe(text);
});

test("a failure is told by its first error that has a place", () => {
  const diagnostics = [
    { severity: "warning" as const, message: "odd", line: 1 },
    { severity: "error" as const, message: "everywhere" },
    { severity: "error" as const, message: "no such map", hint: "declare it", line: 3, column: 5 },
  ];
  expect(line({ state: "invalid", message: "3 findings", diagnostics })).toBe(
    "bad | Not started: no such map | declare it | 3:5",
  );
});
