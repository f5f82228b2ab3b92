// Says in words what a script does, so that every page that shows it says the same.

import type { HostDiagnostic, TargetStatus } from "../pkg/bt_wasm.js";

/** One line about a script. */
export interface StatusText {
  /** How it is going, for a colour. */
  readonly tone: "idle" | "busy" | "good" | "warning" | "bad";
  /** What it does, or why it does nothing; seldom changes, so a page can have it read out. */
  readonly state: string;
  /** What changes all the time, in reading order. */
  readonly details: readonly string[];
  /** What the reader should do something about though the script runs. */
  readonly warning?: string;
  /** Where it went wrong; both count from 1, the column in UTF-16 units. */
  readonly place?: { readonly line: number; readonly column: number };
}

type Running = Extract<TargetStatus, { state: "running" }>;
type Failure = Extract<TargetStatus, { state: "error" | "invalid" }>;

/** The words for a status; `undefined` is that of a target that was never asked for. */
export function statusText(status: TargetStatus | undefined): StatusText {
  switch (status?.state) {
    case undefined:
    case "idle":
      return { tone: "idle", state: "Not running", details: [] };
    case "typing":
      // Whole seconds, so that it is not read out ten times.
      return busy(`Starts in ${Math.max(Math.ceil(status.startsInMillis / 1000), 1)} s`);
    case "registering":
      return busy("Sending", seconds(status.elapsedMillis));
    case "starting":
      return troubled(busy("Starting", seconds(status.elapsedMillis)), status.trouble);
    case "running":
      return runningText(status);
    case "stopping":
      return busy("Stopping");
    case "stopped":
      return { tone: "idle", state: endText(status.exitCode), details: [] };
    case "invalid":
      return failureText("Not started", status);
    case "error":
      return failureText("Failed", status);
  }
}

const busy = (state: string, ...details: string[]): StatusText => ({ tone: "busy", state, details });

const endText = (exitCode: number) => (exitCode === 0 ? "Ended" : `Ended with exit code ${exitCode}`);

function troubled(text: StatusText, trouble: string | undefined): StatusText {
  return trouble === undefined ? text : { ...text, tone: "warning", warning: trouble };
}

function runningText(status: Running): StatusText {
  const { probes, lostEvents, bytesPerSecond, hasData, sharedBy, trouble } = status;
  const text: StatusText = {
    tone: "good",
    state: hasData ? "Live" : "Attached, waiting for the first values",
    details: [
      count(probes, "probe"),
      ...(hasData ? [`${bytes(bytesPerSecond)}/s`] : []),
      ...(sharedBy > 1 ? [`shared by ${sharedBy} panels`] : []),
    ],
  };
  const lost = `${count(lostEvents, "event")} lost: use fewer probes, or aggregate more`;
  return troubled(text, trouble ?? (lostEvents === 0 ? undefined : lost));
}

/** A finding that has a place says more than the summary. */
function failureText(what: string, { message, diagnostics }: Failure): StatusText {
  const hasPlace = ({ line }: HostDiagnostic) => line !== undefined;
  const isError = ({ severity }: HostDiagnostic) => severity === "error";
  const placed =
    diagnostics.find((finding) => isError(finding) && hasPlace(finding)) ?? diagnostics.find(hasPlace);
  const hint = (placed ?? diagnostics.find(isError))?.hint;
  return {
    tone: "bad",
    state: `${what}: ${placed?.message ?? message}`,
    details: hint === undefined ? [] : [hint],
    ...(placed?.line === undefined ? {} : { place: { line: placed.line, column: placed.column ?? 1 } }),
  };
}

function count(number: number, what: string): string {
  return `${number.toLocaleString("en-US")} ${what}${number === 1 ? "" : "s"}`;
}

function seconds(millis: number): string {
  return `${(millis / 1000).toFixed(1)} s`;
}

function bytes(number: number): string {
  if (number < 1024) return `${Math.round(number)} B`;
  if (number < 1024 * 1024) return `${(number / 1024).toFixed(1)} KiB`;
  return `${(number / (1024 * 1024)).toFixed(1)} MiB`;
}
