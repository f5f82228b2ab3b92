// What is said of a script, in every state.

import { expect, test } from "vitest";
import type { TargetStatus } from "../pkg/bt_wasm.js";
import { statusText } from "./status_text.ts";

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
  const { tone, state, details, warning, place } = statusText(status);
  const marks = [...(warning ? [`! ${warning}`] : []), ...(place ? [`${place.line}:${place.column}`] : [])];
  return [tone, state, ...details, ...marks].join(" | ");
}

test.each<[TargetStatus | undefined, string]>([
  [undefined, "idle | Not running"],
  [{ state: "idle" }, "idle | Not running"],
  [{ state: "typing", startsInMillis: 1420 }, "busy | Starts in 2 s"],
  [{ state: "typing", startsInMillis: 0 }, "busy | Starts in 1 s"],
  [{ state: "registering", elapsedMillis: 250 }, "busy | Sending | 0.3 s"],
  [{ state: "starting", elapsedMillis: 1500 }, "busy | Starting | 1.5 s"],
  [RUNNING, "good | Live | 1 probe | 2.0 KiB/s"],
  [
    { ...RUNNING, hasData: false, probes: 1200 },
    "good | Attached, waiting for the first values | 1,200 probes",
  ],
  [{ ...RUNNING, bytesPerSecond: 3.4 }, "good | Live | 1 probe | 3 B/s"],
  [{ ...RUNNING, bytesPerSecond: 5 * 2 ** 20 }, "good | Live | 1 probe | 5.0 MiB/s"],
  [{ ...RUNNING, sharedBy: 3 }, "good | Live | 1 probe | 2.0 KiB/s | shared by 3 panels"],
  [
    { ...RUNNING, lostEvents: 12_345 },
    "warning | Live | 1 probe | 2.0 KiB/s | ! 12,345 events lost: use fewer probes, or aggregate more",
  ],
  [
    { ...RUNNING, lostEvents: 3, trouble: "HTTP 500: no" },
    "warning | Live | 1 probe | 2.0 KiB/s | ! HTTP 500: no",
  ],
  [{ state: "starting", elapsedMillis: 1500, trouble: "odd" }, "warning | Starting | 1.5 s | ! odd"],
  [{ state: "stopping" }, "busy | Stopping"],
  [{ state: "stopped", exitCode: 0 }, "idle | Ended"],
  [{ state: "stopped", exitCode: 2 }, "idle | Ended with exit code 2"],
  [{ state: "error", message: "no root", diagnostics: [] }, "bad | Failed: no root"],
  [{ state: "invalid", message: "3 findings", diagnostics: [] }, "bad | Not started: 3 findings"],
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

test("of a failure without a place its summary is told, and what to do", () => {
  const diagnostics = [{ severity: "error" as const, message: "refused", hint: "ask its administrator" }];
  expect(line({ state: "error", message: "the host refused it", diagnostics })).toBe(
    "bad | Failed: the host refused it | ask its administrator",
  );
});
