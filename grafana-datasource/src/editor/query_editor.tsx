// The editor of a query: the script and how to draw it.

import type { QueryEditorProps } from "@grafana/data";
import { TextArea } from "@grafana/ui";
import type { BpfDataSource } from "../datasource";
import type { BpfOptions, BpfQuery } from "../query/model";

export type Props = QueryEditorProps<BpfDataSource, BpfQuery, BpfOptions>;

export function QueryEditor({ query, onChange, onRunQuery }: Props) {
  return (
    <TextArea
      rows={8}
      value={query.expr}
      onChange={(event) => onChange({ ...query, expr: event.currentTarget.value })}
      onBlur={onRunQuery}
    />
  );
}
