// Above the cards: status, time window and pause.

import type { TargetStatus } from "bpflens";
import { WINDOW_MINUTES, type WindowMinutes } from "../state/settings.ts";
import { Choice } from "./choice.tsx";
import { StatusLine } from "./status_line.tsx";

interface ViewBarProps {
  readonly status: TargetStatus;
  readonly connected: boolean;
  readonly windowMinutes: WindowMinutes;
  readonly paused: boolean;
  onWindow(minutes: WindowMinutes): void;
  onPause(paused: boolean): void;
}

export function ViewBar({ status, connected, windowMinutes, paused, onWindow, onPause }: ViewBarProps) {
  return (
    <div class="bar">
      <StatusLine status={status} connected={connected} />
      <Choice
        label="Last"
        value={windowMinutes}
        options={WINDOW_MINUTES.map((minutes) => [minutes, `${minutes} min`])}
        onChoose={onWindow}
        testId="window"
      />
      <button
        type="button"
        class="button"
        aria-pressed={paused}
        onClick={() => onPause(!paused)}
        data-testid="pause"
        title="Keeps the picture still; values go on being recorded"
      >
        {paused ? "▶ Continue" : "❚❚ Pause"}
      </button>
    </div>
  );
}
