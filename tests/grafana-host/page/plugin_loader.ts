// Loads a built plugin as Grafana does: SystemJS with AMD, an import map, files of its own by script tag.

import type { DataSourcePlugin } from "@grafana/data";
import { sharedModules } from "./shared_modules.ts";

// biome-ignore lint/suspicious/noExplicitAny: Grafana's own type of a plugin of any query and options.
export type AnyDataSourcePlugin = DataSourcePlugin<any, any, any>;

interface Loader {
  import(url: string): Promise<object>;
  shouldFetch(url: string): boolean;
}

export async function loadPlugin(url: string): Promise<AnyDataSourcePlugin> {
  prepare();
  const module = await unwrapped(await System.import(url));
  if (!("plugin" in module))
    throw new Error(`${url} exports no plugin, but ${Object.keys(module).join(", ")}`);
  return module.plugin as AnyDataSourcePlugin;
}

function prepare(): void {
  const imports: Record<string, string> = {};
  for (const [name, module] of Object.entries(sharedModules)) {
    imports[name] = `package:${name}`;
    System.set(`package:${name}`, module);
  }
  System.addImportMap({ imports });
  const loader = Object.getPrototypeOf(System) as Loader;
  loader.shouldFetch = () => false;
  const importOf = loader.import;
  loader.import = async function (this: Loader, url) {
    const module = await importOf.call(this, url);
    return "__useDefault" in module && "default" in module ? (module.default as object) : module;
  };
}

/** A module that contains WebAssembly in its first chunk is a promise, which Grafana waits for since 10.4. */
async function unwrapped(module: object): Promise<object> {
  return !("plugin" in module) && "default" in module ? ((await module.default) as object) : module;
}
