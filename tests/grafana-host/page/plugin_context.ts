// The data source under test: its plugin, its instance, and its settings as Grafana stores them.

import type { DataSourceApi, DataSourceInstanceSettings, DataSourcePluginMeta } from "@grafana/data";
import { DATA_SOURCE_UID } from "../server/page_settings.ts";
import type { AnyDataSourcePlugin } from "./plugin_loader.ts";
import { settings } from "./settings.ts";

export type JsonData = Readonly<Record<string, unknown>>;

export const moduleUrl = `${settings.appSubUrl}/public/plugins/${settings.plugin.id}/module.js`;

export function instanceOf(plugin: AnyDataSourcePlugin, jsonData: JsonData): DataSourceApi {
  const dataSource: DataSourceApi = new plugin.DataSourceClass(instanceSettings(jsonData));
  dataSource.components = plugin.components;
  dataSource.meta = meta;
  return dataSource;
}

const meta = {
  id: settings.plugin.id,
  name: settings.plugin.id,
  type: "datasource",
  module: moduleUrl,
  baseUrl: moduleUrl.replace(/\/module\.js$/, ""),
  info: { author: { name: "" }, description: "", links: [], logos: { large: "", small: "" } },
} as unknown as DataSourcePluginMeta;

export function instanceSettings(jsonData: JsonData): DataSourceInstanceSettings {
  return {
    id: 1,
    uid: DATA_SOURCE_UID,
    type: settings.plugin.id,
    name: "bpftrace",
    // With access "proxy" Grafana gives plugins this address instead of the one that was configured.
    url: `${settings.appSubUrl}/api/datasources/proxy/uid/${DATA_SOURCE_UID}`,
    access: "proxy",
    readOnly: false,
    jsonData,
    meta,
  };
}
