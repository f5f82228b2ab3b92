// Explore: one query, run when it is asked for; each kind of frame is drawn as its data source prefers.

import {
  CoreApp,
  type DataQuery,
  type DataSourceApi,
  type GrafanaTheme2,
  type PanelData,
} from "@grafana/data";
import * as React from "react";
import type { Query } from "../server/page_settings.ts";
import { usePanelData } from "./panel_data.ts";
import { PanelFrame } from "./panels/panel.tsx";
import { PluginQueryEditor } from "./query_editor.tsx";

const RANGE = { from: "now-1h", to: "now" };
const WIDTH_PIXELS = 1_340;
/** The number under which the specs find the result. */
const PANEL_ID = 1;

interface Props {
  readonly query: Query;
  readonly dataSource: DataSourceApi;
  readonly theme: GrafanaTheme2;
}

export function ExplorePage({ query, dataSource, theme }: Props): React.ReactElement {
  const [edited, setEdited] = React.useState<DataQuery>(query);
  const latest = React.useRef(edited);
  const [asked, setAsked] = React.useState({ targets: [edited], runs: 0 });
  const data = usePanelData(
    dataSource,
    {
      app: CoreApp.Explore,
      panelId: PANEL_ID,
      widthPixels: WIDTH_PIXELS,
      raw: RANGE,
      refreshMillis: 0,
      ...asked,
    },
    theme,
  );
  const runAgain = () => setAsked(({ runs }) => ({ targets: [latest.current], runs: runs + 1 }));
  return (
    <>
      <PluginQueryEditor
        app={CoreApp.Explore}
        dataSource={dataSource}
        query={edited}
        data={data}
        onChange={(changed) => {
          latest.current = changed;
          setEdited(changed);
        }}
        onRun={runAgain}
      />
      <button type="button" onClick={runAgain}>
        Run query
      </button>
      <PanelFrame
        id={PANEL_ID}
        title="Result"
        type={preferredType(data)}
        data={data}
        theme={theme}
        width={WIDTH_PIXELS}
        height={400}
      />
    </>
  );
}

function preferredType(data: PanelData | undefined): string {
  const meta = data?.series[0]?.meta;
  if (meta?.type === "heatmap-cells") return "heatmap";
  return meta?.preferredVisualisationType === "graph"
    ? "timeseries"
    : (meta?.preferredVisualisationType ?? "timeseries");
}
