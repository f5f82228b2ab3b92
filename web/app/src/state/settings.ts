// What the page remembers between visits: the script and how it is looked at.

import type { Format } from "bpflens";

/** Minutes that the charts can show. */
export const WINDOW_MINUTES = [1, 5, 15, 30] as const;
export type WindowMinutes = (typeof WINDOW_MINUTES)[number];

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

const FORMATS: readonly Format[] = ["timeseries", "heatmap", "table", "flamegraph"];

export interface Settings {
  readonly theme: Theme;
  readonly windowMinutes: WindowMinutes;
  readonly script: string;
  /** Chosen format by map and kind of map, where it is not the default. */
  readonly formats: Readonly<Record<string, Format>>;
}

/** A longer script is not remembered; the host would refuse it as well. */
export const MAX_SCRIPT_CHARS = 65_536;
/** Maps whose format is remembered; the oldest are dropped first. */
const MAX_FORMATS = 64;
const KEY = "bpflens.settings";

/** Reads the settings; whatever is missing, unknown or damaged becomes its default. */
export function loadSettings(storage: Storage, defaultScript: string): Settings {
  const stored = parse(read(storage));
  const script = stored.script;
  return {
    theme: THEMES.find((theme) => theme === stored.theme) ?? "system",
    windowMinutes: WINDOW_MINUTES.find((minutes) => minutes === stored.windowMinutes) ?? 1,
    script: typeof script === "string" && script.length <= MAX_SCRIPT_CHARS ? script : defaultScript,
    formats: readFormats(stored.formats),
  };
}

/** Writes the settings; a full or forbidden storage loses them silently, as the page works without. */
export function saveSettings(storage: Storage, settings: Settings): void {
  const { script, formats, ...rest } = settings;
  const kept = {
    ...rest,
    formats: Object.fromEntries(Object.entries(formats).slice(-MAX_FORMATS)),
    ...(script.length <= MAX_SCRIPT_CHARS ? { script } : {}),
  };
  try {
    storage.setItem(KEY, JSON.stringify(kept));
  } catch {
    return;
  }
}

function read(storage: Storage): string | null {
  try {
    return storage.getItem(KEY);
  } catch {
    return null;
  }
}

function parse(text: string | null): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text ?? "{}");
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}

function readFormats(value: unknown): Record<string, Format> {
  if (!isRecord(value)) return {};
  const known = Object.entries(value).flatMap(([map, name]) => {
    const format = FORMATS.find((candidate) => candidate === name);
    return format === undefined ? [] : [[map, format] as const];
  });
  return Object.fromEntries(known.slice(-MAX_FORMATS));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
