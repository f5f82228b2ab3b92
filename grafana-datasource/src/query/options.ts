// The settings of a data source, as Grafana stores them.

import type { DataSourceJsonData } from "@grafana/schema";

/** Absent settings have the core's defaults. */
export interface BpfOptions extends DataSourceJsonData {
  /** The host behind pmproxy whose scripts are run; pmproxy's own by default. */
  hostspec?: string;
  /** Age at which samples are dropped; 1800 by default. */
  retentionSeconds?: number;
  /** Memory for samples per host; 64 by default. */
  maxMegabytes?: number;
  /** How long typing must pause before an edited script runs; 1000 by default. */
  typingPauseMillis?: number;
}
