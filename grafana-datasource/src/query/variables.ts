// Fills the dashboard's variables into a query.

import type { ScopedVars } from "@grafana/data";
import { getTemplateSrv } from "@grafana/runtime";
import type { BpfQuery } from "./model";

/** The query as it is asked: script, maps, host and address with the values that the variables have now. */
export function withVariables(query: BpfQuery, scopedVars: ScopedVars | undefined): BpfQuery {
  const replace = (text: string) => getTemplateSrv().replace(text, scopedVars);
  return {
    ...query,
    expr: replace(query.expr),
    ...(query.url ? { url: replace(query.url) } : {}),
    ...(query.hostspec ? { hostspec: replace(query.hostspec) } : {}),
    ...(query.maps ? { maps: query.maps.flatMap((map) => mapsOf(map, scopedVars)) } : {}),
    // `$key0` and the like stay: they are no variables of the dashboard.
    ...(query.legend ? { legend: replace(query.legend) } : {}),
  };
}

/** The maps that a query names: a variable may have several values. */
export function mapsOf(map: string, scopedVars: ScopedVars | undefined): string[] {
  const filled = getTemplateSrv().replace(map, scopedVars, "csv");
  return filled.split(",").filter((name) => name !== "");
}
