// Colours of series and heat map cells, readable on either theme's surface.

export type Appearance = "light" | "dark";

const SERIES_COLOURS: Readonly<Record<Appearance, readonly string[]>> = {
  light: [
    "#2563eb",
    "#d97706",
    "#0d9488",
    "#dc2626",
    "#7c3aed",
    "#4d7c0f",
    "#db2777",
    "#0891b2",
    "#92400e",
    "#475569",
  ],
  dark: [
    "#60a5fa",
    "#fbbf24",
    "#2dd4bf",
    "#f87171",
    "#a78bfa",
    "#a3e635",
    "#f472b6",
    "#22d3ee",
    "#d6a35c",
    "#94a3b8",
  ],
};

type Rgb = readonly [number, number, number];

/** From nearly none to the most: darker means more on light, brighter means more on dark. */
const HEAT_STOPS: Readonly<Record<Appearance, readonly Rgb[]>> = {
  light: [
    [222, 240, 238],
    [142, 208, 200],
    [45, 154, 160],
    [29, 92, 138],
    [42, 30, 92],
  ],
  dark: [
    [22, 52, 66],
    [20, 92, 110],
    [28, 150, 140],
    [150, 205, 96],
    [253, 231, 76],
  ],
};

/** Colours in a table, as a heat map asks for thousands of them at each redraw. */
const HEAT_STEPS = 64;
const heatColours: Record<Appearance, readonly string[]> = {
  light: heatTable(HEAT_STOPS.light),
  dark: heatTable(HEAT_STOPS.dark),
};

/** The colour of a share between 0 and 1 of the greatest count. */
export function heatColour(share: number, appearance: Appearance): string {
  const step = Math.round(Math.min(Math.max(share, 0), 1) * (HEAT_STEPS - 1));
  return heatColours[appearance][step] ?? "transparent";
}

/**
 * Gives each shown series a place that it keeps while it is shown, so that neither its colour nor its order changes
 * when another one comes or goes, or when values change ranks.
 */
export class SeriesPlaces {
  #places = new Map<string, number>();

  /** Frees the places of series that are gone, and gives new ones the lowest free places. */
  show(labels: readonly string[]): void {
    const kept = new Map(labels.flatMap((label) => this.#placed(label)));
    const taken = new Set(kept.values());
    let free = 0;
    for (const label of labels) {
      if (kept.has(label)) continue;
      while (taken.has(free)) free += 1;
      taken.add(free);
      kept.set(label, free);
    }
    this.#places = kept;
  }

  /** The place of a shown series, from 0. */
  placeOf(label: string): number {
    return this.#places.get(label) ?? 0;
  }

  /** Its colour; colours repeat when there are more series than colours. */
  colourOf(label: string, appearance: Appearance): string {
    const colours = SERIES_COLOURS[appearance];
    return colours[this.placeOf(label) % colours.length] ?? "gray";
  }

  #placed(label: string): [label: string, place: number][] {
    const place = this.#places.get(label);
    return place === undefined ? [] : [[label, place]];
  }
}

function heatTable(stops: readonly Rgb[]): string[] {
  return Array.from({ length: HEAT_STEPS }, (_, step) => {
    const position = (step / (HEAT_STEPS - 1)) * (stops.length - 1);
    const lower = stops[Math.floor(position)] ?? [0, 0, 0];
    const upper = stops[Math.ceil(position)] ?? lower;
    const part = position - Math.floor(position);
    const mixed = lower.map((from, i) => Math.round(from + ((upper[i] ?? from) - from) * part));
    return `rgb(${mixed.join(" ")})`;
  });
}
