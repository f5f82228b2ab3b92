// A dashboard: its panels in their places, or one panel with its editor below.

import {
  type AnnotationQuery,
  CoreApp,
  type DataQuery,
  type DataSourceApi,
  type GrafanaTheme2,
  rangeUtil,
} from "@grafana/data";
import * as React from "react";
import type { Dashboard, Panel } from "../server/page_settings.ts";
import { Annotations } from "./annotations.tsx";
import { usePanelData } from "./panel_data.ts";
import { PanelFrame } from "./panels/panel.tsx";
import { PluginQueryEditor } from "./query_editor.tsx";
import type { TemplateService } from "./template_service.ts";
import { Toolbar } from "./toolbar.tsx";
import { type DashboardVariable, loadVariables } from "./variables.ts";

const NO_ANNOTATIONS: readonly AnnotationQuery[] = [];
const COLUMN_PIXELS = 56;
const ROW_PIXELS = 30;

interface Props {
  readonly dashboard: Dashboard;
  readonly editPanel?: number;
  readonly dataSource: DataSourceApi;
  readonly template: TemplateService;
  readonly theme: GrafanaTheme2;
}

export function DashboardPage({ dashboard, editPanel, dataSource, template, theme }: Props) {
  const [range, setRange] = React.useState(dashboard.time.from);
  const [refresh, setRefresh] = React.useState(dashboard.refresh ?? "");
  const [runs, setRuns] = React.useState(0);
  const [variables, setVariables] = React.useState<readonly DashboardVariable[]>();
  const load = React.useCallback(() => {
    loadVariables(dashboard.templating?.list ?? [], dataSource, template).then(setVariables);
  }, [dashboard, dataSource, template]);
  React.useEffect(load, [load]);
  if (variables === undefined) return <p>Loading variables</p>;
  const panels = dashboard.panels.filter(({ id }) => editPanel === undefined || id === editPanel);
  const refreshMillis = refresh === "" ? 0 : rangeUtil.intervalToMs(refresh);
  const shared = { dataSource, theme, raw: { from: range, to: "now" }, refreshMillis, runs };
  return (
    <>
      <Toolbar
        variables={variables}
        range={range}
        refresh={refresh}
        onVariable={(name, value) => {
          template.set(name, value);
          load();
          setRuns(runs + 1);
        }}
        onRange={setRange}
        onRefresh={setRefresh}
        onRun={() => setRuns(runs + 1)}
      />
      <Annotations
        list={dashboard.annotations?.list ?? NO_ANNOTATIONS}
        dataSource={dataSource}
        raw={shared.raw}
        runs={runs}
      />
      <div style={{ display: "flex", flexWrap: "wrap", gap: 8 }}>
        {panels.map((panel) => (
          <DashboardPanel key={panel.id} panel={panel} isEdited={editPanel !== undefined} {...shared} />
        ))}
      </div>
    </>
  );
}

interface DashboardPanelProps {
  readonly panel: Panel;
  readonly isEdited: boolean;
  readonly dataSource: DataSourceApi;
  readonly theme: GrafanaTheme2;
  readonly raw: { readonly from: string; readonly to: string };
  readonly refreshMillis: number;
  readonly runs: number;
}

/** As in Grafana's panel editor, a changed query is kept at once and run when its editor says so. */
function DashboardPanel({ panel, isEdited, dataSource, theme, ...query }: DashboardPanelProps) {
  const [targets, setTargets] = React.useState<DataQuery[]>([...panel.targets]);
  const latest = React.useRef(targets);
  const [asked, setAsked] = React.useState({ targets, runs: 0 });
  const width = panel.gridPos.w * COLUMN_PIXELS;
  const data = usePanelData(
    dataSource,
    {
      app: isEdited ? CoreApp.PanelEditor : CoreApp.Dashboard,
      panelId: panel.id,
      widthPixels: width,
      raw: query.raw,
      refreshMillis: query.refreshMillis,
      targets: asked.targets,
      runs: query.runs + asked.runs,
    },
    theme,
  );
  const change = (changed: DataQuery) => {
    latest.current = latest.current.map((each) => (each.refId === changed.refId ? changed : each));
    setTargets(latest.current);
  };
  return (
    <div style={isEdited ? { width: "100%" } : {}}>
      <PanelFrame
        id={panel.id}
        title={panel.title}
        type={panel.type}
        data={data}
        theme={theme}
        width={width}
        height={panel.gridPos.h * ROW_PIXELS}
      />
      {isEdited &&
        targets.map((target) => (
          <PluginQueryEditor
            key={target.refId}
            app={CoreApp.PanelEditor}
            dataSource={dataSource}
            query={target}
            data={data}
            onChange={change}
            onRun={() => setAsked(({ runs }) => ({ targets: latest.current, runs: runs + 1 }))}
          />
        ))}
    </div>
  );
}
