// Marks on dashboards for what happened to scripts on the host, by Grafana's own annotation support.

import type { AnnotationSupport } from "@grafana/data";
import type { BpfQuery } from "../query/model";

const QUERY_TYPE = "annotations";

export function isAnnotationQuery(query: Pick<BpfQuery, "queryType">): boolean {
  return query.queryType === QUERY_TYPE;
}

export const annotationSupport: AnnotationSupport<BpfQuery> = {
  prepareQuery: ({ target }) => ({
    ...target,
    refId: target?.refId ?? "Annotations",
    queryType: QUERY_TYPE,
    version: 1,
    expr: "",
    format: "auto",
  }),
  getDefaultQuery: () => ({ queryType: QUERY_TYPE, version: 1, expr: "", format: "auto" }),
  QueryEditor: () => <p>Marks when a script was started on the host, was stopped, or failed.</p>,
};
