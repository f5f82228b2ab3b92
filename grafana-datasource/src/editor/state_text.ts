// Says in words what the script of a query is doing: the state line below the editor.

import type { TargetStatus } from "bpflens";

/** One line about a script. */
export interface StateText {
  readonly tone: "idle" | "busy" | "good" | "warning" | "bad";
  /** The state, which is read out when it changes. */
  readonly state: string;
  /** What changes all the time, and is not read out. */
  readonly details: readonly string[];
  /** Where it went wrong; columns count from 1, in UTF-16 units. */
  readonly place?: { readonly line: number; readonly column: number };
}

export function stateText(status: TargetStatus | undefined): StateText {
  if (status === undefined) return { tone: "idle", state: "Not running", details: [] };
  switch (status.state) {
    case "idle":
      return { tone: "idle", state: "Stopped", details: [] };
    case "typing":
      return {
        tone: "busy",
        // Whole seconds, so that it is not read out ten times.
        state: `Starts in ${Math.max(Math.ceil(status.startsInMillis / 1000), 1)} s, or with Ctrl+S`,
        details: [],
      };
    case "registering":
      return { tone: "busy", state: "Sending", details: [duration(status.elapsedMillis)] };
    case "starting":
      return { tone: "busy", state: "Starting", details: [duration(status.elapsedMillis)] };
    case "running":
      return runningText(status);
    case "stopping":
      return { tone: "busy", state: "Stopping", details: [] };
    case "stopped":
      return {
        tone: "idle",
        state: status.exitCode === 0 ? "Ended" : `Ended with exit code ${status.exitCode}`,
        details: [],
      };
    case "invalid":
      return failureText("Not started", status);
    case "error":
      return failureText("Error", status);
  }
}

function runningText(status: Extract<TargetStatus, { state: "running" }>): StateText {
  const { probes, lostEvents, bytesPerSecond, hasData, sharedBy } = status;
  return {
    tone: lostEvents > 0 ? "warning" : "good",
    state: hasData ? "Live" : "Attached, waiting for the first values",
    details: [
      count(probes, "probe"),
      ...(hasData ? [`${bytes(bytesPerSecond)}/s`] : []),
      ...(lostEvents > 0 ? [`${count(lostEvents, "event")} lost: use fewer probes, or aggregate more`] : []),
      ...(sharedBy > 1 ? [`shared by ${sharedBy} panels`] : []),
    ],
  };
}

function failureText(
  what: string,
  failure: Extract<TargetStatus, { state: "error" | "invalid" }>,
): StateText {
  const finding =
    failure.diagnostics.find(({ severity, line }) => severity === "error" && line !== undefined) ??
    failure.diagnostics.find(({ line }) => line !== undefined);
  if (finding?.line === undefined) return { tone: "bad", state: `${what}: ${failure.message}`, details: [] };
  const place = { line: finding.line, column: finding.column ?? 1 };
  const details = finding.hint === undefined ? [] : [finding.hint];
  return { tone: "bad", state: `${what}: ${finding.message}`, details, place };
}

function count(number: number, what: string): string {
  return `${number.toLocaleString("en-US")} ${what}${number === 1 ? "" : "s"}`;
}

function duration(millis: number): string {
  return `${(millis / 1000).toFixed(1)} s`;
}

function bytes(number: number): string {
  if (number < 1024) return `${Math.round(number)} B`;
  if (number < 1024 * 1024) return `${(number / 1024).toFixed(1)} KiB`;
  return `${(number / (1024 * 1024)).toFixed(1)} MiB`;
}
