// What a query gets back: frames of the samples that are there, notices about them, or the error that keeps them away.

import { type DataFrame, type DataQueryError, FieldType, type TimeRange } from "@grafana/data";
import type { Session } from "bpflens";
import type { BpfQuery } from "../query/model";

export interface Answer {
  readonly frames: DataFrame[];
  readonly error?: DataQueryError;
  /** Whether there is a value to see. */
  readonly hasData: boolean;
}

export function answer(
  session: Session,
  target: string,
  query: BpfQuery,
  range: TimeRange,
  now: number,
): Answer {
  const window = { from: range.from.valueOf(), to: range.to.valueOf() };
  const frames = session.metrics(target).map((metric): DataFrame => {
    const { times, series } = session.timeSeries(target, metric.leaf, window);
    return {
      refId: query.refId,
      length: times.length,
      fields: [
        { name: "time", type: FieldType.time, config: {}, values: Array.from(times) },
        ...series.map((line) => ({
          name: line.label,
          type: FieldType.number,
          config: {},
          values: [...line.values],
        })),
      ],
    };
  });
  const status = session.status(target, now);
  return {
    frames,
    hasData: frames.some((frame) => frame.length > 0),
    ...(status.state === "error" ? { error: { message: status.message, refId: query.refId } } : {}),
  };
}
