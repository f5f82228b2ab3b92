// The plugin's query editor, as Grafana mounts it below a panel and in Explore.

import type { CoreApp, DataQuery, DataSourceApi, PanelData } from "@grafana/data";
import * as React from "react";
import { ErrorBoundary } from "./error_boundary.tsx";

interface Props {
  readonly app: CoreApp;
  readonly dataSource: DataSourceApi;
  readonly query: DataQuery;
  readonly data: PanelData | undefined;
  onChange(query: DataQuery): void;
  onRun(): void;
}

export function PluginQueryEditor(props: Props): React.ReactElement {
  const Editor = props.dataSource.components?.QueryEditor;
  if (Editor === undefined) return <p>The plugin has no query editor.</p>;
  const { app, dataSource, query, data, onChange, onRun } = props;
  return (
    <section data-testid="query-editor" aria-label={`Query ${query.refId}`}>
      <ErrorBoundary>
        <Editor
          app={app}
          datasource={dataSource}
          query={query}
          queries={[query]}
          {...(data && { data, range: data.timeRange })}
          onChange={onChange}
          onRunQuery={onRun}
        />
      </ErrorBoundary>
    </section>
  );
}
