// The line below the script: what it is doing, and the buttons that change it.

import { Button, useTheme2 } from "@grafana/ui";
import { type StatusText, statusText, type TargetStatus } from "bpflens";
import type { GoTo } from "./script_field";

interface Props {
  readonly status: TargetStatus | undefined;
  readonly goTo: GoTo | undefined;
  readonly canRun: boolean;
  onRun(): void;
  onStop(): void;
}

/** States in which there is something to stop. */
const STOPPABLE: ReadonlySet<TargetStatus["state"]> = new Set([
  "typing",
  "registering",
  "starting",
  "running",
]);

export function StateLine({ status, goTo, canRun, onRun, onStop }: Props) {
  const theme = useTheme2();
  const text = statusText(status);
  const colour = {
    idle: theme.colors.text.secondary,
    busy: theme.colors.info.text,
    good: theme.colors.success.text,
    warning: theme.colors.warning.text,
    bad: theme.colors.error.text,
  }[text.tone];
  const { place } = text;
  return (
    <div style={{ display: "flex", alignItems: "center", gap: theme.spacing(1), flexWrap: "wrap" }}>
      <Button
        size="sm"
        icon="play"
        disabled={!canRun}
        onClick={onRun}
        tooltip="Run the script now (Ctrl+S or Shift+Enter)"
      >
        Run
      </Button>
      <Button
        size="sm"
        variant="secondary"
        icon="square-shape"
        disabled={!status || !STOPPABLE.has(status.state)}
        onClick={onStop}
        tooltip="Stop the script; its values stay"
      >
        Stop
      </Button>
      <span aria-hidden style={{ color: colour }}>
        ●
      </span>
      <span role="status" style={{ color: colour }}>
        {text.state}
      </span>
      {place && goTo && (
        <Button size="sm" fill="text" onClick={() => goTo(place)} tooltip="Go there">
          {`line ${place.line}`}
        </Button>
      )}
      <Details text={text} />
    </div>
  );
}

function Details({ text: { details, warning } }: { text: StatusText }) {
  const theme = useTheme2();
  const parts = warning === undefined ? details : [...details, warning];
  if (parts.length === 0) return null;
  return <span style={{ color: theme.colors.text.secondary }}>{parts.join(" · ")}</span>;
}
