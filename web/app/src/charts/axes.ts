// What the time series and the heat map share: what they are given, theme-aware axes, the time scale, and following the frame's size.

import type uPlot from "uplot";
import { formatTimeOfDay } from "../text/duration.ts";
import type { Appearance } from "./palette.ts";

/** The shown span of time, in milliseconds since the epoch. */
export interface TimeSpan {
  readonly from: number;
  readonly to: number;
}

/** What a redraw needs. */
export interface ChartView<Frame> {
  readonly frame: Frame;
  readonly span: TimeSpan;
  readonly appearance: Appearance;
}

/** A colour of the theme by its CSS variable, as it is now. */
export function themeColour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

const FONT = "12px ui-sans-serif, system-ui, sans-serif";

/** An axis in the theme's colours; they are looked up at each redraw. */
export function axis(options: uPlot.Axis): uPlot.Axis {
  const line = () => themeColour("--grid");
  return {
    font: FONT,
    labelFont: FONT,
    stroke: () => themeColour("--ink-2"),
    grid: { stroke: line, width: 1 },
    ticks: { stroke: line, width: 1, size: 4 },
    ...options,
  };
}

export const timeAxis: uPlot.Axis = axis({
  space: 90,
  size: 28,
  values: (_, splits) => splits.map(formatTimeOfDay),
});

/** Calls back with each new width of the element, until the returned function is called. */
export function followWidth(element: HTMLElement, onWidth: (width: number) => void): () => void {
  const observer = new ResizeObserver(() => {
    if (element.clientWidth > 0) onWidth(element.clientWidth);
  });
  observer.observe(element);
  return () => observer.disconnect();
}

/** Wide enough for the longest label of a value axis. */
export function labelWidth(self: uPlot, values: readonly string[] | null): number {
  const longest = (values ?? []).reduce((a, b) => (a.length >= b.length ? a : b), "");
  self.ctx.save();
  self.ctx.font = FONT;
  const width = self.ctx.measureText(longest).width;
  self.ctx.restore();
  return Math.ceil(width) + 18;
}
