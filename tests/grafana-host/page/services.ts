// The services that Grafana's core hands to @grafana/runtime, as far as a data source calls them.

import type { DataSourceApi } from "@grafana/data";
import {
  type BackendSrv,
  type DataSourceSrv,
  type GrafanaLiveSrv,
  setBackendSrv,
  setDataSourceSrv,
  setEchoSrv,
  setGrafanaLiveSrv,
  setTemplateSrv,
} from "@grafana/runtime";
import { BehaviorSubject, EMPTY } from "rxjs";
import { BackendService } from "./backend_service.ts";
import { instanceSettings } from "./plugin_context.ts";
import { settings } from "./settings.ts";
import { TemplateService } from "./template_service.ts";

export interface Services {
  readonly template: TemplateService;
  /** Makes it the data source of this host, instead of the last one. */
  useDataSource(dataSource: DataSourceApi): void;
}

export function installServices(): Services {
  const template = new TemplateService();
  let current: DataSourceApi | undefined;
  setBackendSrv(new BackendService() as unknown as BackendSrv);
  setTemplateSrv(template);
  setEchoSrv({ flush() {}, addBackend() {}, addEvent() {}, onInteraction: () => () => {} });
  setGrafanaLiveSrv({
    getConnectionState: () => new BehaviorSubject(false),
    getStream: () => EMPTY,
    getDataStream: () => EMPTY,
    getQueryData: () => EMPTY,
    getPresence: () => EMPTY,
    publish: async () => ({}),
  } as unknown as GrafanaLiveSrv);
  const currentSettings = instanceSettings(settings.plugin.jsonData);
  setDataSourceSrv({
    get: async () => current,
    getList: () => [currentSettings],
    getInstanceSettings: () => currentSettings,
    reload() {},
    registerRuntimeDataSource() {},
  } as unknown as DataSourceSrv);
  return {
    template,
    useDataSource(dataSource) {
      current = dataSource;
    },
  };
}
