// What Grafana loads first: the data source and its editors. The core comes later, in a chunk of its own.

import { DataSourcePlugin } from "@grafana/data";
import { ConfigEditor } from "./config/config_editor";
import { BpfDataSource } from "./datasource";
import { QueryEditor } from "./editor/query_editor";
import type { BpfQuery } from "./query/model";
import type { BpfOptions } from "./query/options";

export const plugin = new DataSourcePlugin<BpfDataSource, BpfQuery, BpfOptions>(BpfDataSource)
  .setConfigEditor(ConfigEditor)
  .setQueryEditor(QueryEditor);
