// Says in words what a script and the connection are doing.

import type { ConnectionView, TargetStatus } from "bpflens";
import { formatDuration } from "./duration.ts";
import { formatValue } from "./units.ts";

/** The status line: one word, a tone for its lamp, and details in reading order. */
export interface StatusText {
  readonly tone: "idle" | "busy" | "good" | "bad";
  readonly state: string;
  readonly details: readonly string[];
  /** Events that bpftrace had to drop; shown as a warning. */
  readonly lost?: string;
}

export function statusText(status: TargetStatus, connected: boolean): StatusText {
  // What was known of the script may be true no more.
  if (!connected) return { tone: "idle", state: "Not connected", details: [] };
  switch (status.state) {
    case "idle":
      return { tone: "idle", state: "Ready", details: [] };
    case "typing":
      return { tone: "busy", state: "Typing", details: [formatDuration(status.startsInMillis)] };
    case "invalid":
      return { tone: "bad", state: "Error", details: [status.message] };
    case "registering":
      return { tone: "busy", state: "Sending", details: [formatDuration(status.elapsedMillis)] };
    case "starting":
      return { tone: "busy", state: "Starting", details: [formatDuration(status.elapsedMillis)] };
    case "running":
      return runningText(status);
    case "stopping":
      return { tone: "busy", state: "Stopping", details: [] };
    case "stopped":
      return {
        tone: "idle",
        state: "Stopped",
        details: status.exitCode === 0 ? [] : [`exit code ${status.exitCode}`],
      };
    case "error":
      return { tone: "bad", state: "Error", details: [status.message] };
  }
}

/** The banner over the page while the host does not answer; undefined when it does. */
export function connectionText(
  connection: ConnectionView,
  access: "ok" | "no-token" | "refused",
): string | undefined {
  if (access === "no-token") {
    return "No access token. Open the complete address that “bpflens serve” printed; it ends with ?token=…";
  }
  if (access === "refused") {
    return "The server does not accept this token. It has probably been restarted: open the address that it printed last.";
  }
  if (connection.state !== "disconnected") return undefined;
  const seconds = Math.ceil((connection.retryInMillis ?? 0) / 1000);
  const reason = connection.message ? ` (${connection.message})` : "";
  return `Disconnected, ${seconds > 0 ? `retrying in ${seconds} s` : "retrying now"}${reason}.`;
}

function runningText(status: Extract<TargetStatus, { state: "running" }>): StatusText {
  const details = [
    status.probes === 1 ? "1 probe" : `${status.probes} probes`,
    formatValue(status.bytesPerSecond, "byte/s"),
    `pid ${status.pid}`,
    formatDuration(status.elapsedMillis),
    ...(status.hasData ? [] : ["waiting for the first values"]),
  ];
  const lost =
    status.lostEvents > 0 ? { lost: `${formatValue(status.lostEvents, "count")} events lost` } : {};
  return { tone: "good", state: "Running", details, ...lost };
}
