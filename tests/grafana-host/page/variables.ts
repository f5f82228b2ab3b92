// The variables of a dashboard with their choices; those of type `query` are asked of the data source.

import type { DataSourceApi } from "@grafana/data";
import type { Variable } from "../server/page_settings.ts";
import type { TemplateService } from "./template_service.ts";

export interface DashboardVariable {
  readonly name: string;
  readonly label: string;
  readonly options: readonly string[];
  readonly value: string;
}

/** In their order, as one may use those before it. */
export async function loadVariables(
  list: readonly Variable[],
  dataSource: DataSourceApi,
  template: TemplateService,
): Promise<DashboardVariable[]> {
  const variables: DashboardVariable[] = [];
  for (const { name, label, type, query, current } of list) {
    // There is but one data source.
    if (type === "datasource") continue;
    const options = await optionsOf(type, query, dataSource);
    const value = String(template.value(name) ?? current?.value ?? options[0] ?? "");
    template.set(name, value);
    variables.push({ name, label: label ?? name, options, value });
  }
  return variables;
}

async function optionsOf(type: string, query: unknown, dataSource: DataSourceApi): Promise<string[]> {
  if (type === "query") {
    const found = (await dataSource.metricFindQuery?.(query, {})) ?? [];
    return found.map(({ text }) => text);
  }
  return String(query ?? "")
    .split(",")
    .map((text) => text.trim());
}
