// The page on which a data source is set up: the plugin's editor, and "Save & test" with what the test says.

import type { DataSourceApi, DataSourceSettings } from "@grafana/data";
import { Alert, Button } from "@grafana/ui";
import * as React from "react";
import { DATA_SOURCE_UID } from "../server/page_settings.ts";
import { ErrorBoundary } from "./error_boundary.tsx";
import { instanceOf, type JsonData } from "./plugin_context.ts";
import type { AnyDataSourcePlugin } from "./plugin_loader.ts";
import { settings } from "./settings.ts";

interface Props {
  readonly plugin: AnyDataSourcePlugin;
  onSaved(dataSource: DataSourceApi): void;
}

interface Outcome {
  readonly status: string;
  readonly message: string;
  readonly details?: { readonly message?: string };
}

export function SettingsPage({ plugin, onSaved }: Props): React.ReactElement {
  const [options, setOptions] = React.useState(stored);
  const [outcome, setOutcome] = React.useState<Outcome>();
  const Editor = plugin.components.ConfigEditor;
  const saveAndTest = async () => {
    setOutcome(undefined);
    const dataSource = instanceOf(plugin, options.jsonData as JsonData);
    onSaved(dataSource);
    setOutcome(await dataSource.testDatasource().catch(asOutcome));
  };
  return (
    <div data-testid="settings" style={{ maxWidth: 1100 }}>
      {Editor && (
        <ErrorBoundary>
          <Editor options={options} onOptionsChange={setOptions} />
        </ErrorBoundary>
      )}
      <Button onClick={saveAndTest}>Save &amp; test</Button>
      {outcome && (
        <div data-testid="outcome" data-status={outcome.status}>
          <Alert title={outcome.message} severity={outcome.status === "success" ? "success" : "error"}>
            {outcome.details?.message}
          </Alert>
        </div>
      )}
    </div>
  );
}

/** A test that throws is a failed one, as in Grafana. */
function asOutcome(error: { message?: string; data?: { message?: string } }): Outcome {
  return { status: "error", message: error.data?.message ?? error.message ?? "Unknown error" };
}

// biome-ignore lint/suspicious/noExplicitAny: Grafana's own type of the settings of any plugin.
const stored: DataSourceSettings<any, any> = {
  id: 1,
  uid: DATA_SOURCE_UID,
  orgId: 1,
  name: "bpftrace",
  type: settings.plugin.id,
  typeName: "bpftrace",
  typeLogoUrl: "",
  access: "proxy",
  url: "http://localhost:44322",
  user: "",
  database: "",
  basicAuth: false,
  basicAuthUser: "",
  isDefault: false,
  jsonData: settings.plugin.jsonData,
  secureJsonFields: {},
  secureJsonData: {},
  readOnly: false,
  withCredentials: false,
};
