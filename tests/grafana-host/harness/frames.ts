// Looks up and adds up what frames hold.

import type { FieldView, FrameView } from "../page/observed.ts";

/** The field with this name or label. */
export function fieldOf(frame: FrameView | undefined, name: string): FieldView | undefined {
  return frame?.fields.find((field) => field.name === name || field.label === name);
}

/** What a field adds up to; gaps count nothing. */
export function total(field: FieldView | undefined): number {
  return (field?.values ?? []).reduce<number>((sum, value) => sum + (Number(value) || 0), 0);
}

/** How much a counter has risen, from its rates a second: each holds since the time before it. */
export function rateTotal(frame: FrameView | undefined): number {
  const [times, rates] = frame?.fields ?? [];
  return (rates?.values ?? []).reduce<number>((sum, rate, i) => {
    const millis = Number(times?.values[i]) - Number(times?.values[i - 1]);
    return sum + ((Number(rate) || 0) * (millis || 0)) / 1000;
  }, 0);
}

export function last(field: FieldView | undefined): unknown {
  return field?.values.at(-1);
}
