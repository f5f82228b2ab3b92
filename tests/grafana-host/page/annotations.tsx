// The annotations of a dashboard: what they mark in its time range, as a list, asked for whenever queries are run.

import {
  type AnnotationQuery,
  CoreApp,
  type DataFrame,
  type DataQuery,
  type DataSourceApi,
  type RawTimeRange,
} from "@grafana/data";
import * as React from "react";
import { run } from "./query_runner.ts";

/** Grafana asks for annotations without a panel, with this many points. */
const WIDTH_PIXELS = 100;

interface Props {
  readonly list: readonly AnnotationQuery[];
  readonly dataSource: DataSourceApi;
  readonly raw: RawTimeRange;
  /** Another number asks again. */
  readonly runs: number;
}

export function Annotations({ list, dataSource, raw, runs }: Props): React.ReactElement | null {
  const [marks, setMarks] = React.useState<readonly string[]>([]);
  const [from, to] = [String(raw.from), String(raw.to)];
  // biome-ignore lint/correctness/useExhaustiveDependencies: `runs` is how they are asked for again.
  React.useEffect(() => {
    const targets = list.flatMap((annotation) => queryOf(annotation, dataSource));
    if (targets.length === 0) return;
    const options = { app: CoreApp.Dashboard, widthPixels: WIDTH_PIXELS, raw: { from, to }, targets };
    const subscription = run(dataSource, options).subscribe(({ series }) =>
      setMarks(series.flatMap(marksOf)),
    );
    return () => subscription.unsubscribe();
  }, [list, dataSource, from, to, runs]);
  if (list.length === 0) return null;
  return (
    <ul data-testid="annotations">
      {marks.map((mark) => (
        <li key={mark}>{mark}</li>
      ))}
    </ul>
  );
}

function queryOf(annotation: AnnotationQuery, dataSource: DataSourceApi): DataQuery[] {
  const query = dataSource.annotations?.prepareQuery?.(annotation) as DataQuery | undefined;
  return query === undefined ? [] : [query];
}

/** `TITLE: TEXT` by the fields that Grafana looks for. */
function marksOf({ fields, length }: DataFrame): string[] {
  const valuesOf = (wanted: string) => fields.find(({ name }) => name === wanted)?.values ?? [];
  const [titles, texts] = [valuesOf("title"), valuesOf("text")];
  return Array.from({ length }, (_, row) => `${titles[row]}: ${texts[row]}`);
}
