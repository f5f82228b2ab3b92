// What the server writes into the page that it serves, and the page reads at its start.

/** A dashboard as Grafana stores it, as far as this host reads it. */
export interface Dashboard {
  readonly title: string;
  readonly panels: readonly Panel[];
  readonly time: { readonly from: string; readonly to: string };
  /** Such as `5s`; empty: off. */
  readonly refresh?: string;
  readonly templating?: { readonly list: readonly Variable[] };
  readonly annotations?: { readonly list: readonly Annotation[] };
}

export interface Panel {
  readonly id: number;
  readonly title: string;
  /** `timeseries`, `heatmap`, `table`, `flamegraph`; anything else is drawn as a table. */
  readonly type: string;
  /** In columns (24 are the page's width) and rows of 30 pixels. */
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets: readonly Query[];
}

/** A stored query of any data source. */
export interface Query {
  readonly refId: string;
  readonly [field: string]: unknown;
}

export interface Variable {
  readonly name: string;
  readonly type: string;
  readonly label?: string;
  readonly query?: unknown;
  readonly current?: { readonly value?: string | readonly string[] };
}

export interface Annotation {
  readonly name: string;
  readonly enable: boolean;
  readonly iconColor: string;
}

export interface PluginSettings {
  readonly id: string;
  readonly jsonData: Readonly<Record<string, unknown>>;
}

export interface DashboardView {
  readonly kind: "dashboard";
  readonly dashboard: Dashboard;
  readonly editPanel?: number;
  /** Its panels show this instead of what the plugin answers. */
  readonly recording?: Recording;
}

export type View =
  | DashboardView
  | { readonly kind: "explore"; readonly query: Query }
  | { readonly kind: "settings" };

/** What panels got, by their ids. */
export type Recording = Readonly<Record<string, readonly RecordedPacket[]>>;

export interface RecordedPacket {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly frames: readonly object[];
}

export interface PageSettings {
  /** Path below which Grafana is served: empty or such as `/grafana`. */
  readonly appSubUrl: string;
  readonly theme: "dark" | "light";
  readonly grafanaVersion: string;
  readonly plugin: PluginSettings;
  readonly view: View;
}

/** The one data source of this host. */
export const DATA_SOURCE_UID = "ds1";
