// Why a query has no (new) data, in the words and with the lines of the host's findings.

import type { DataQueryError } from "@grafana/data";
import type { ConnectionView, HostDiagnostic, TargetStatus } from "bpflens";
import { connectionLoss } from "../core/connection_text";

/** The error of a target; nothing as long as it is on its way or well. */
export function queryError(
  refId: string,
  status: TargetStatus,
  connection: ConnectionView,
): DataQueryError | undefined {
  if (status.state === "error" || status.state === "invalid")
    return { refId, message: describe(status.message, status.diagnostics) };
  const message = connectionLoss(connection);
  return message === undefined ? undefined : { refId, message };
}

/** The findings with their lines; the summary where there are none. */
function describe(summary: string, diagnostics: readonly HostDiagnostic[]): string {
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  if (errors.length === 0) return summary;
  return errors
    .map(({ line, message, hint }) => {
      const place = line === undefined ? "" : `line ${line}: `;
      return `${place}${message}${hint ? ` (${hint})` : ""}`;
    })
    .join("\n");
}
