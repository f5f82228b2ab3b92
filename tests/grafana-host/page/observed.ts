// What the page shows, as plain data that the specs read: `window.observed`.

import { type DataFrame, type DataQueryResponse, getFieldDisplayName, type PanelData } from "@grafana/data";
import type { RecordedPacket, Recording } from "../server/page_settings.ts";

/** One panel at this moment. */
export interface PanelView {
  readonly state: string;
  readonly errors: readonly string[];
  readonly notices: readonly string[];
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
  readonly packets: number;
  /** How often frames or fields have changed in number or kind. */
  readonly structures: number;
  readonly frames: readonly FrameView[];
}

export interface FrameView {
  readonly name: string;
  readonly kind: string;
  readonly fields: readonly FieldView[];
}

export interface FieldView {
  readonly name: string;
  readonly label: string;
  readonly type: string;
  readonly unit: string;
  /** Values of fields as they are, except that of a long one only the last are given. */
  readonly values: readonly unknown[];
  readonly length: number;
}

export interface Observed {
  /** Whether the plugin is loaded and its first view mounted. */
  isReady: boolean;
  /** Why the plugin could not be loaded. */
  failure: string;
  readonly reactVersion: string;
  panel(id: number): PanelView | undefined;
  /** The last packets of each panel as their data source made them. */
  recording(): Recording;
}

declare global {
  interface Window {
    observed: Observed;
  }
}

const MAX_VALUES = 2_000;
const MAX_RECORDED = 10;
const panels = new Map<number, { data: PanelData; packets: number }>();
const recorded = new Map<number, RecordedPacket[]>();

export function observePanel(id: number, data: PanelData): void {
  panels.set(id, { data, packets: (panels.get(id)?.packets ?? 0) + 1 });
}

export function observePacket(id: number, { data }: DataQueryResponse): void {
  const last = recorded.get(id) ?? [];
  recorded.set(id, [...last.slice(1 - MAX_RECORDED), { at: Date.now(), frames: data }]);
}

export function startObserving(reactVersion: string): Observed {
  const recording = () => Object.fromEntries(recorded);
  window.observed = { isReady: false, failure: "", reactVersion, panel: viewOf, recording };
  return window.observed;
}

/** Made when it is asked for, so that nothing is done for it while panels stream. */
function viewOf(id: number): PanelView | undefined {
  const panel = panels.get(id);
  if (panel === undefined) return undefined;
  const { data, packets } = panel;
  const errors = data.errors ?? (data.error ? [data.error] : []);
  return {
    state: data.state,
    errors: errors.map(({ message = "" }) => message),
    notices: data.series.flatMap(({ meta }) => meta?.notices ?? []).map(({ text }) => text),
    from: data.timeRange.from.valueOf(),
    to: data.timeRange.to.valueOf(),
    packets,
    structures: data.structureRev ?? 0,
    frames: data.series.map((frame) => frameView(frame, data.series)),
  };
}

function frameView(frame: DataFrame, all: DataFrame[]): FrameView {
  return {
    name: frame.name ?? "",
    kind: frame.meta?.type ?? frame.meta?.preferredVisualisationType ?? "",
    fields: frame.fields.map((field) => ({
      name: field.name,
      label: getFieldDisplayName(field, frame, all),
      type: field.type,
      unit: field.config.unit ?? "",
      values: Array.from(field.values).slice(-MAX_VALUES),
      length: field.values.length,
    })),
  };
}
