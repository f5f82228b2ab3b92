// Draws time series with uPlot: scrolling time axis, gaps, crosshair with tooltip.

import { type SeriesFrame, withGaps } from "bpflens";
import uPlot from "uplot";
import { formatTimeOfDay } from "../text/duration.ts";
import { formatValue } from "../text/units.ts";
import { axis, type ChartView, followWidth, labelWidth, timeAxis } from "./axes.ts";
import { SeriesPlaces } from "./palette.ts";
import { Tooltip } from "./tooltip.ts";

const HEIGHT_PX = 220;
/** Rows of the tooltip: the greatest values first, the rest is in the legend. */
const MAX_TOOLTIP_ROWS = 10;

/** A line of the legend. */
export interface LegendEntry {
  readonly label: string;
  readonly colour: string;
  /** Value under the crosshair, else the last one; null in a gap. */
  readonly value: number | null;
}

export interface SeriesView extends ChartView<SeriesFrame> {
  readonly hidden: ReadonlySet<string>;
}

/** A line as uPlot takes it: null is a gap. */
interface Line {
  readonly label: string;
  readonly values: (number | null)[];
}

export class SeriesChart {
  readonly #host: HTMLElement;
  readonly #tooltip: Tooltip;
  readonly #onLegend: (entries: readonly LegendEntry[]) => void;
  readonly #places = new SeriesPlaces();
  readonly #unfollow: () => void;
  #plot: uPlot | undefined;
  #shape = "";
  #view: SeriesView | undefined;
  #ordered: Line[] = [];

  constructor(host: HTMLElement, onLegend: (entries: readonly LegendEntry[]) => void) {
    this.#host = host;
    this.#onLegend = onLegend;
    this.#tooltip = new Tooltip(host);
    this.#unfollow = followWidth(host, (width) => this.#plot?.setSize({ width, height: HEIGHT_PX }));
  }

  /** Shows this view; the canvas is kept as long as the same series are drawn. */
  show(view: SeriesView): void {
    this.#view = view;
    const { series } = view.frame;
    this.#places.show(series.map(({ label }) => label));
    this.#ordered = series
      .map(({ label, values }) => ({ label, values: withGaps(values) }))
      .sort((a, b) => this.#places.placeOf(a.label) - this.#places.placeOf(b.label));
    const data: uPlot.AlignedData = [view.frame.times, ...this.#ordered.map(({ values }) => values)];
    const shape = JSON.stringify([
      view.appearance,
      view.frame.unit,
      this.#ordered.map((s) => s.label),
      [...view.hidden],
    ]);
    if (this.#plot === undefined || shape !== this.#shape) {
      this.#shape = shape;
      this.#plot?.destroy();
      this.#plot = new uPlot(this.#options(view), data, this.#host);
    } else {
      this.#plot.setData(data);
    }
    this.#pointAt(this.#plot);
  }

  destroy(): void {
    this.#unfollow();
    this.#plot?.destroy();
  }

  #options(view: SeriesView): uPlot.Options {
    const { unit } = view.frame;
    return {
      width: Math.max(this.#host.clientWidth, 100),
      height: HEIGHT_PX,
      ms: 1,
      legend: { show: false },
      cursor: { drag: { x: false, y: false }, points: { size: 7 } },
      scales: {
        x: { range: () => [this.#view?.span.from ?? 0, this.#view?.span.to ?? 1] },
        y: { range: (_, min, max) => valueRange(min, max) },
      },
      axes: [
        timeAxis,
        axis({
          values: (_, splits) => splits.map((value) => formatValue(value, unit)),
          size: labelWidth,
        }),
      ],
      series: [
        {},
        ...this.#ordered.map(({ label }) => ({
          label,
          stroke: this.#places.colourOf(label, view.appearance),
          width: 1.75,
          show: !view.hidden.has(label),
        })),
      ],
      hooks: { setCursor: [(plot) => this.#pointAt(plot)] },
    };
  }

  /** Brings legend and tooltip to the crosshair, or back to the last values. */
  #pointAt(plot: uPlot): void {
    const view = this.#view;
    if (view === undefined) return;
    const { idx, left = -1, top = -1 } = plot.cursor;
    const hovered = typeof idx === "number" && left >= 0 ? idx : undefined;
    const entries = this.#ordered.map(({ label, values }) => ({
      label,
      colour: this.#places.colourOf(label, view.appearance),
      value: values[hovered ?? values.length - 1] ?? null,
    }));
    this.#onLegend(entries);
    const time = hovered === undefined ? undefined : view.frame.times[hovered];
    if (time === undefined) this.#tooltip.hide();
    else
      this.#showTooltip(
        plot,
        left,
        top,
        time,
        entries.filter((entry) => !view.hidden.has(entry.label)),
      );
  }

  #showTooltip(plot: uPlot, left: number, top: number, time: number, entries: readonly LegendEntry[]): void {
    const unit = this.#view?.frame.unit ?? "";
    const rows = entries
      .filter((entry) => entry.value !== null)
      .sort((a, b) => (b.value ?? 0) - (a.value ?? 0))
      .slice(0, MAX_TOOLTIP_ROWS)
      .map(({ label, colour, value }) => ({ label, colour, value: formatValue(value, unit) }));
    const { offsetLeft, offsetTop } = plot.over;
    this.#tooltip.show(
      left + offsetLeft,
      top + offsetTop,
      formatTimeOfDay(time),
      rows.length > 0 ? rows : [{ label: "no value", value: "" }],
    );
  }
}

/** Always includes zero, with some air at the far end; never empty. */
function valueRange(min: number | null, max: number | null): [number, number] {
  const low = Math.min(min ?? 0, 0);
  const high = Math.max(max ?? 0, 0);
  if (low === high) return [0, 1];
  return [low < 0 ? low * 1.05 : 0, high * 1.05];
}
