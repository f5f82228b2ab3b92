// Starts the page: Grafana's services, then the plugin, then the view that the address asks for.

import { createTheme, type DataSourceApi } from "@grafana/data";
import { config } from "@grafana/runtime";
import * as React from "react";
import { createRoot } from "react-dom/client";
import { DashboardPage } from "./dashboard.tsx";
import { ExplorePage } from "./explore.tsx";
import { startObserving } from "./observed.ts";
import { PageFrame } from "./page_frame.tsx";
import { instanceOf, instanceSettings, moduleUrl } from "./plugin_context.ts";
import { type AnyDataSourcePlugin, loadPlugin } from "./plugin_loader.ts";
import { Replay } from "./replay.ts";
import { installServices } from "./services.ts";
import { settings } from "./settings.ts";
import { SettingsPage } from "./settings_page.tsx";

const observed = startObserving(React.version);
const theme = createTheme({ colors: { mode: settings.theme } });
config.theme2 = theme;
// As Grafana's core does it: Monaco comes with @grafana/ui, its worker from the page.
window.MonacoEnvironment = {
  getWorker: () => new Worker(new URL("editor.worker.js", import.meta.url)),
};
const services = installServices();
for (const [name, value] of new URLSearchParams(location.search)) {
  if (name.startsWith("var-")) services.template.set(name.slice("var-".length), value);
}
start().catch((error: Error) => {
  observed.failure = error.message;
  document.body.textContent = `The plugin could not be loaded: ${error.stack}`;
});

async function start(): Promise<void> {
  const plugin = await loadPlugin(moduleUrl);
  const dataSource = dataSourceOf(plugin);
  services.useDataSource(dataSource);
  const root = document.getElementById("root");
  if (root === null) throw new Error("the page has no root element");
  createRoot(root).render(<PageFrame theme={theme}>{view(plugin, dataSource)}</PageFrame>);
  observed.isReady = true;
}

function dataSourceOf(plugin: AnyDataSourcePlugin): DataSourceApi {
  const { view, plugin: stored } = settings;
  const recording = view.kind === "dashboard" ? view.recording : undefined;
  return recording
    ? new Replay(instanceSettings(stored.jsonData), recording)
    : instanceOf(plugin, stored.jsonData);
}

function view(plugin: AnyDataSourcePlugin, dataSource: DataSourceApi): React.ReactElement {
  const { template } = services;
  switch (settings.view.kind) {
    case "dashboard":
      return <DashboardPage {...settings.view} dataSource={dataSource} template={template} theme={theme} />;
    case "explore":
      return <ExplorePage query={settings.view.query} dataSource={dataSource} theme={theme} />;
    case "settings":
      return <SettingsPage plugin={plugin} onSaved={services.useDataSource} />;
  }
}
