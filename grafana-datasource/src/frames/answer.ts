// What a query gets back: frames of the samples that are there, notices about them, or the error that keeps them away.

import type { DataFrame, DataQueryError, QueryResultMetaNotice } from "@grafana/data";
import type { Session, TargetStatus } from "bpflens";
import { type BpfQuery, DEFAULT_TOP_K } from "../query/model";
import { type Choice, choose } from "./choice";
import { queryError } from "./errors";
import { explanations } from "./explanations";
import { frame } from "./fields";
import { flameGraphFrame } from "./flame_graph";
import { heatMapFrame } from "./heat_map";
import { tableFrame } from "./table";
import { restNotice, timeSeriesFrame } from "./time_series";

/** What a panel wants to see of its target. */
export interface Question {
  readonly target: string;
  readonly query: BpfQuery;
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
  /** Columns for which a heat map has room. */
  readonly maxDataPoints: number;
  /** What reading the stored query found to say. */
  readonly notice?: string | undefined;
}

export interface Answer {
  readonly frames: DataFrame[];
  readonly error?: DataQueryError | undefined;
  /** Whether there is a value to see. */
  readonly hasData: boolean;
  /** Whether the script has something that the query can draw, as far as it is known yet. */
  readonly canHaveData: boolean;
}

/** Reads the session as it is now; `now` is `Date.now()`. */
export function answer(session: Session, question: Question, now: number): Answer {
  const { target, query } = question;
  const metrics = session.metrics(target);
  const choice = choose(query, metrics);
  const drawn = draw(session, question, choice);
  const status = session.status(target, now);
  // While an edited script starts, the metrics are those of the one before.
  const isKnown = metrics.length > 0 && KNOWN.has(status.state);
  const own = [
    ...drawn.notices,
    ...(question.notice ? [question.notice] : []),
    ...(isKnown ? explanations(choice) : []),
  ];
  const notices: QueryResultMetaNotice[] = [
    ...session.notices(target).map(({ severity, text }) => ({ severity, text })),
    ...own.map((text) => ({ severity: "info" as const, text })),
  ];
  return {
    frames: withNotices(query.refId, drawn.frames, notices),
    hasData: drawn.frames.some(hasValue),
    canHaveData: !isKnown || choice.metrics.length > 0,
    error: queryError(query.refId, status, session.connection()),
  };
}

/** States in which the metrics of a target are those of its script. */
const KNOWN: ReadonlySet<TargetStatus["state"]> = new Set(["running", "stopping", "stopped"]);

interface Drawn {
  readonly frames: DataFrame[];
  readonly notices: readonly string[];
}

function draw(session: Session, question: Question, { format, metrics }: Choice): Drawn {
  const { target, query, from, to } = question;
  const [first] = metrics;
  switch (format) {
    case "timeseries":
      return drawTimeSeries(session, question, metrics);
    case "heatmap": {
      if (!first) return { frames: [], notices: [] };
      const heat = session.heatMap(target, first.leaf, { from, to });
      return { frames: [heatMapFrame(query.refId, first.leaf, heat, question.maxDataPoints)], notices: [] };
    }
    case "flamegraph": {
      // Without a metric too: Grafana's panel throws on an answer without a frame.
      const leaf = first?.leaf ?? "";
      const flame = session.flameTable(target, leaf, { from, to, ...query.flame });
      return { frames: [flameGraphFrame(query.refId, leaf, flame, "short")], notices: [] };
    }
    case "table":
    case "csvtable": {
      if (!first) return { frames: [], notices: [] };
      const table = session.table(
        target,
        metrics.map(({ leaf }) => leaf),
      );
      const notices = table.omitted > 0 ? [`The table is cut: ${table.omitted} more rows are left out.`] : [];
      return { frames: [tableFrame(query.refId, first.leaf, table)], notices };
    }
  }
}

function drawTimeSeries(session: Session, question: Question, metrics: Choice["metrics"]): Drawn {
  const { target, query, from, to } = question;
  const frames: DataFrame[] = [];
  const notices: string[] = [];
  for (const metric of metrics) {
    const samples = session.timeSeries(target, metric.leaf, {
      from,
      to,
      maxSeries: query.topK ?? DEFAULT_TOP_K,
      rate: query.rate,
      rest: query.rest,
    });
    frames.push(timeSeriesFrame(query, metric, samples, metrics.length === 1));
    const rest = restNotice(query, metric, samples);
    if (rest) notices.push(rest);
  }
  return { frames, notices };
}

/** Notices belong to a frame: to the first one, or to an empty one. */
function withNotices(refId: string, frames: DataFrame[], notices: QueryResultMetaNotice[]): DataFrame[] {
  if (notices.length === 0) return frames;
  const [first = frame(refId, []), ...others] = frames;
  return [{ ...first, meta: { ...first.meta, notices } }, ...others];
}

function hasValue({ fields, length }: DataFrame): boolean {
  const numbers = fields.filter(({ name }) => name !== "time");
  if (fields.some(({ name }) => name === "level")) return (fields[1]?.values[0] ?? 0) > 0;
  return length > 0 && numbers.some(({ values }) => values.some((value) => value !== null));
}
