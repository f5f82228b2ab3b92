// Draws a heat map of histogram buckets over time, with uPlot's scales, axes and cursor.

import type { HeatFrame } from "bpflens";
import uPlot from "uplot";
import { formatTimeOfDay } from "../text/duration.ts";
import { formatExact } from "../text/units.ts";
import { axis, type ChartView, followWidth, labelWidth, themeColour, timeAxis } from "./axes.ts";
import { bucketText, bucketTick, columnAt, heatShare } from "./buckets.ts";
import { heatColour } from "./palette.ts";
import { Tooltip } from "./tooltip.ts";

const HEIGHT_PX = 260;
/** Least height of a label on the bucket axis. */
const LABEL_PX = 20;

export type HeatView = ChartView<HeatFrame>;

export class HeatChart {
  readonly #host: HTMLElement;
  readonly #tooltip: Tooltip;
  readonly #unfollow: () => void;
  readonly #plot: uPlot;
  #view: HeatView;

  constructor(host: HTMLElement, view: HeatView) {
    this.#host = host;
    this.#view = view;
    this.#tooltip = new Tooltip(host);
    this.#plot = new uPlot(this.#options(), dataOf(view), host);
    this.#unfollow = followWidth(host, (width) => this.#plot.setSize({ width, height: HEIGHT_PX }));
  }

  show(view: HeatView): void {
    this.#view = view;
    this.#plot.setData(dataOf(view));
    this.#pointAt(this.#plot);
  }

  destroy(): void {
    this.#unfollow();
    this.#plot.destroy();
  }

  #options(): uPlot.Options {
    return {
      width: Math.max(this.#host.clientWidth, 100),
      height: HEIGHT_PX,
      ms: 1,
      legend: { show: false },
      cursor: { drag: { x: false, y: false }, points: { show: false } },
      scales: {
        x: { range: () => [this.#view.span.from, this.#view.span.to] },
        // One step a bucket: buckets of powers of two make this a logarithmic axis.
        y: { range: () => [0, Math.max(this.#view.frame.buckets.length, 1)] },
      },
      axes: [
        timeAxis,
        axis({
          splits: (plot) => this.#bucketSplits(plot),
          values: (_, splits) => splits.map((index) => this.#tick(index)),
          size: labelWidth,
        }),
      ],
      series: [{}, { show: true, paths: () => null, points: { show: false } }],
      hooks: { drawAxes: [(plot) => this.#drawCells(plot)], setCursor: [(plot) => this.#pointAt(plot)] },
    };
  }

  #bucketSplits(plot: uPlot): number[] {
    const count = this.#view.frame.buckets.length;
    const height = plot.bbox.height / devicePixelRatio;
    const stride = Math.max(1, Math.ceil((count * LABEL_PX) / Math.max(height, 1)));
    return Array.from({ length: Math.ceil(count / stride) }, (_, i) => i * stride);
  }

  #tick(index: number): string {
    const bucket = this.#view.frame.buckets[index];
    return bucket === undefined ? "" : bucketTick(bucket, this.#view.frame.unit);
  }

  /** A column without samples stays empty: a gap. A bucket that counted nothing gets the surface's colour. */
  #drawCells(plot: uPlot): void {
    const { frame, appearance } = this.#view;
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    const nothing = themeColour("--surface-2");
    const bucketCount = frame.buckets.length;
    const rowTops = Array.from({ length: bucketCount + 1 }, (_, i) =>
      Math.round(plot.valToPos(i, "y", true)),
    );
    for (let column = 0; column + 1 < frame.times.length; column++) {
      const left = Math.round(plot.valToPos(frame.times[column] ?? 0, "x", true));
      const right = Math.round(plot.valToPos(frame.times[column + 1] ?? 0, "x", true));
      for (let row = 0; row < bucketCount; row++) {
        const count = frame.counts[column * bucketCount + row] ?? Number.NaN;
        if (Number.isNaN(count)) continue;
        const bottom = rowTops[row] ?? 0;
        const top = rowTops[row + 1] ?? 0;
        ctx.fillStyle = count > 0 ? heatColour(heatShare(count, frame.max), appearance) : nothing;
        ctx.fillRect(left, top, Math.max(right - left, 1), Math.max(bottom - top, 1));
      }
    }
    ctx.restore();
  }

  #pointAt(plot: uPlot): void {
    const { frame } = this.#view;
    const { left = -1, top = -1 } = plot.cursor;
    const column = left < 0 ? undefined : columnAt(frame.times, plot.posToVal(left, "x"));
    const row = Math.floor(plot.posToVal(top, "y"));
    const bucket = frame.buckets[row];
    if (column === undefined || bucket === undefined) {
      this.#tooltip.hide();
      return;
    }
    const count = frame.counts[column * frame.buckets.length + row] ?? Number.NaN;
    this.#tooltip.show(
      left + plot.over.offsetLeft,
      top + plot.over.offsetTop,
      formatTimeOfDay(frame.times[column + 1] ?? 0),
      [
        {
          label: bucketText(bucket, frame.unit),
          value: Number.isNaN(count) ? "no value" : formatExact(count),
        },
      ],
    );
  }
}

/** uPlot wants one series to place a cursor on; the cells are drawn by a hook. */
function dataOf({ frame }: HeatView): uPlot.AlignedData {
  return [frame.times, new Array<null>(frame.times.length).fill(null)];
}
