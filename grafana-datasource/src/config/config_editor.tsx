// The settings of the data source.

import type { DataSourcePluginOptionsEditorProps } from "@grafana/data";
import { DataSourceHttpSettings } from "@grafana/ui";
import type { BpfOptions } from "../query/model";

export type Props = DataSourcePluginOptionsEditorProps<BpfOptions>;

export function ConfigEditor({ options, onOptionsChange }: Props) {
  return (
    <DataSourceHttpSettings
      defaultUrl="http://127.0.0.1:44322"
      dataSourceConfig={options}
      onChange={onOptionsChange}
    />
  );
}
