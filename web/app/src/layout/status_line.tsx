// What the script does right now; only its state is announced, not the counting details.

import type { TargetStatus } from "bpflens";
import { statusLine } from "../text/status.ts";

interface StatusLineProps {
  readonly status: TargetStatus;
  readonly connected: boolean;
}

export function StatusLine({ status, connected }: StatusLineProps) {
  const { tone, state, details, warning } = statusLine(status, connected);
  const pid = status.state === "running" ? status.pid : undefined;
  return (
    <div class="status" data-testid="status" data-tone={tone} data-state={status.state} data-pid={pid}>
      <span class="lamp" aria-hidden="true" />
      <span class="state" role="status" aria-live="polite" data-testid="status-state">
        {state}
      </span>
      {details.map((detail) => (
        <span key={detail}>{detail}</span>
      ))}
      {warning && (
        <span class="warning" data-testid="warning">
          {warning}
        </span>
      )}
    </div>
  );
}
