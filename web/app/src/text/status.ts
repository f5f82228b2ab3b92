// What the page adds to the package's words about a script: the connection, and which process it is.

import { type ConnectionView, type StatusText, statusText, type TargetStatus } from "bpflens";
import { formatDuration } from "./duration.ts";

/** The status line. */
export function statusLine(status: TargetStatus, connected: boolean): StatusText {
  // What was known of the script may be true no more.
  if (!connected) return { tone: "idle", state: "Not connected", details: [] };
  const text = statusText(status);
  if (status.state !== "running") return text;
  return { ...text, details: [...text.details, `pid ${status.pid}`, formatDuration(status.elapsedMillis)] };
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
