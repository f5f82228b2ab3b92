// The line below the script: what it is doing, and the buttons that change it.

import { Button, useTheme2 } from "@grafana/ui";
import { type StatusText, statusText, type TargetStatus } from "bpflens";
import type { Ref } from "react";
import type { GoTo } from "./script_field";

interface Props {
  /** Where the focus goes that leaves the script. */
  readonly entrance: Ref<HTMLDivElement>;
  readonly status: TargetStatus | undefined;
  /** Why nothing is heard of the host. */
  readonly loss: string | undefined;
  readonly isBlank: boolean;
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

/** Of a message of two lines, so that one which comes or goes moves nothing. */
const MIN_HEIGHT = 5.5;
/** Narrower, and the neighbour stands below instead of beside, however long the text is. */
const MIN_WIDTH_PIXELS = 400;

export function StateLine({ entrance, goTo, canRun, onRun, onStop, ...told }: Props) {
  const theme = useTheme2();
  const { status } = told;
  const text = textOf(told);
  return (
    <div
      ref={entrance}
      tabIndex={-1}
      style={{
        flex: `1 1 ${MIN_WIDTH_PIXELS}px`,
        minWidth: 0,
        minHeight: theme.spacing(MIN_HEIGHT),
        display: "flex",
        alignItems: "center",
        gap: theme.spacing(1),
      }}
    >
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
      <Words text={text} goTo={goTo} />
    </div>
  );
}

function Words({ text, goTo }: { text: StatusText; goTo: GoTo | undefined }) {
  const theme = useTheme2();
  const colour = {
    idle: theme.colors.text.secondary,
    busy: theme.colors.info.text,
    good: theme.colors.success.text,
    warning: theme.colors.warning.text,
    bad: theme.colors.error.text,
  }[text.tone];
  const { place, details, warning } = text;
  const more = warning === undefined ? details : [...details, warning];
  return (
    <div style={{ minWidth: 0, overflowWrap: "anywhere", lineHeight: 1.4 }}>
      <span aria-hidden style={{ color: colour }}>
        ●{" "}
      </span>
      <span role="status" style={{ color: colour }}>
        {text.state}
      </span>
      {place && goTo && (
        <Button
          size="sm"
          fill="text"
          style={{ height: "auto", lineHeight: "inherit" }}
          onClick={() => goTo(place)}
          tooltip="Go there"
        >
          {`line ${place.line}`}
        </Button>
      )}
      {more.length > 0 && (
        <span style={{ color: theme.colors.text.secondary }}>{` ${more.join(" · ")}`}</span>
      )}
    </div>
  );
}

function textOf({ status, loss, isBlank }: Pick<Props, "status" | "loss" | "isBlank">): StatusText {
  const isIdle = status === undefined || status.state === "idle";
  if (isBlank && isIdle)
    return { tone: "idle", state: "No script yet", details: ["write one above, or choose a ready one"] };
  if (loss !== undefined && !isIdle) return { tone: "bad", state: loss, details: [] };
  return statusText(status);
}
