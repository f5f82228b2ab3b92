// What a panel stores: a script and how to draw it. The shape is versioned; `migrate` reads every older one.

import type { DataQuery } from "@grafana/schema";

/** How a script's maps become frames; `auto` takes what suits the map. */
export type QueryFormat = "auto" | "timeseries" | "heatmap" | "table" | "csvtable" | "flamegraph";

/** What a flame graph leaves out. */
export interface FlameFilters {
  /** Stacks with fewer samples than this. */
  minSamples?: number;
  /** Frames that have an address only. */
  hideUnresolved?: boolean;
  /** Stacks of the idle loop. */
  hideIdle?: boolean;
}

/** One query of a panel. */
export interface BpfQuery extends DataQuery {
  version: 1;
  /** The script, with template variables. */
  expr: string;
  format: QueryFormat;
  /** Template of a series' name, e.g. `$metric0 $instance`; empty for the name that the core makes. */
  legend?: string;
  /** Maps to draw, with their `@`, or `output`; empty for all that the format can draw. */
  maps?: string[];
  /** Series at most, those with the largest recent values; 20 by default. */
  topK?: number;
  /** Increase per second (true) or the value (false); by default a rate for counters only. */
  rate?: boolean;
  /** Whether the sum of the series that are left out is a series too. */
  rest?: boolean;
  /** Address of another pmproxy, which the browser asks itself. */
  url?: string;
  /** Another host behind pmproxy. */
  hostspec?: string;
  flame?: FlameFilters;
}

export const DEFAULT_TOP_K = 20;

/** The most series that a query may ask for: a panel with more cannot be read and costs the browser dearly. */
export const MAX_TOP_K = 500;
