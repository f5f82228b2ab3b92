// One panel: Grafana's frame around what its type draws, with its errors and notices.

import { type GrafanaTheme2, LoadingState, type PanelData } from "@grafana/data";
import { PanelChrome } from "@grafana/ui";
import * as React from "react";
import { ErrorBoundary } from "../error_boundary.tsx";
import { FlameGraphPanel } from "./flame_graph.tsx";
import { HeatMapPanel } from "./heat_map.tsx";
import { TablePanel } from "./table.tsx";
import { TimeSeriesPanel } from "./time_series.tsx";

export interface PanelContentProps {
  readonly data: PanelData;
  readonly theme: GrafanaTheme2;
  readonly width: number;
  readonly height: number;
}

const CONTENTS: Readonly<Record<string, React.ComponentType<PanelContentProps>>> = {
  timeseries: TimeSeriesPanel,
  graph: TimeSeriesPanel,
  heatmap: HeatMapPanel,
  flamegraph: FlameGraphPanel,
};

interface PanelProps {
  readonly id: number;
  readonly title: string;
  readonly type: string;
  readonly data: PanelData | undefined;
  readonly theme: GrafanaTheme2;
  readonly width: number;
  readonly height: number;
}

export function PanelFrame({ id, title, type, data, theme, width, height }: PanelProps): React.ReactElement {
  const Content = CONTENTS[type] ?? TablePanel;
  const notices = data?.series.flatMap(({ meta }) => meta?.notices ?? []) ?? [];
  return (
    <section data-testid="panel" data-panel={id} aria-label={title} style={{ width, height }}>
      <PanelChrome
        title={title}
        width={width}
        height={height}
        loadingState={data?.state ?? LoadingState.NotStarted}
        statusMessage={data?.error?.message ?? ""}
        titleItems={notices.map(({ text }) => (
          <span key={text} data-testid="notice" title={text}>
            {" "}
            (i)
          </span>
        ))}
      >
        {(innerWidth, innerHeight) => (
          <ErrorBoundary>
            {data && data.series.length > 0 ? (
              <Content data={data} theme={theme} width={innerWidth} height={innerHeight} />
            ) : (
              <p data-testid="no-data">{data?.error?.message ?? "No data"}</p>
            )}
          </ErrorBoundary>
        )}
      </PanelChrome>
    </section>
  );
}
