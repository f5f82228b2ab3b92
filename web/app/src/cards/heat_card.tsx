// A histogram over time as heat map, with the scale of its colours.

import type { HeatFrame } from "bpflens";
import { useEffect, useRef } from "preact/hooks";
import { HeatChart, type HeatView } from "../charts/heat_chart.ts";
import { type Appearance, heatColour } from "../charts/palette.ts";
import { formatValue } from "../text/units.ts";

interface HeatCardProps extends HeatView {
  readonly map: string;
}

export function HeatCard({ map, frame, span, appearance }: HeatCardProps) {
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<HeatChart | undefined>(undefined);
  useEffect(() => () => chart.current?.destroy(), []);
  useEffect(() => {
    if (host.current === null) return;
    if (chart.current === undefined) chart.current = new HeatChart(host.current, { frame, span, appearance });
    else chart.current.show({ frame, span, appearance });
  }, [frame, span, appearance]);
  return (
    <>
      <div
        class="plot"
        ref={host}
        role="img"
        aria-label={`Heat map of ${map}: ${frame.buckets.length} buckets over time; the table format shows the counts`}
        data-testid="heatmap"
        data-max={frame.max}
        data-total={totalOf(frame)}
      />
      <ColourScale max={frame.max} appearance={appearance} />
    </>
  );
}

/** Explains the colours: counts in a bucket within one poll, on a logarithmic scale. */
function ColourScale({ max, appearance }: { max: number; appearance: Appearance }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!context) return;
    const { width, height } = context.canvas;
    for (let x = 0; x < width; x++) {
      context.fillStyle = heatColour(x / (width - 1), appearance);
      context.fillRect(x, 0, 1, height);
    }
  }, [appearance]);
  return (
    <div class="scale" data-testid="colour-scale">
      <span>1</span>
      <canvas ref={canvas} width="180" height="10" />
      <span>{formatValue(Math.max(max, 1), "count")}</span>
      <span>counts per bucket and interval, logarithmic</span>
    </div>
  );
}

function totalOf(frame: HeatFrame): number {
  return frame.counts.reduce((sum, count) => (Number.isNaN(count) ? sum : sum + count), 0);
}
