// Runs a query of a data source as Grafana's panels and Explore do: what it sends becomes the state of a panel.

import {
  type CoreApp,
  type DataFrame,
  type DataQuery,
  type DataQueryError,
  type DataQueryRequest,
  type DataQueryResponse,
  type DataSourceApi,
  dateMath,
  dateTime,
  LoadingState,
  type PanelData,
  type RawTimeRange,
  type TimeRange,
  toDataFrame,
} from "@grafana/data";
import {
  catchError,
  from,
  isObservable,
  map,
  merge,
  type Observable,
  of,
  share,
  takeUntil,
  timer,
} from "rxjs";
import { observePacket } from "./observed.ts";

/** A quick answer is shown at once, a slow one after this time as loading. */
const LOADING_AFTER_MILLIS = 200;

export interface RunOptions {
  readonly app: CoreApp;
  /** Annotations have no panel. */
  readonly panelId?: number;
  readonly raw: RawTimeRange;
  readonly targets: DataQuery[];
  readonly widthPixels: number;
}

let requests = 0;

export function run(dataSource: DataSourceApi, options: RunOptions): Observable<PanelData> {
  const request = requestOf(options);
  const none: PanelData = {
    state: LoadingState.Loading,
    series: [],
    request,
    timeRange: request.range,
  };
  if (request.targets.length === 0) return of({ ...none, state: LoadingState.Done });
  const packets = new Map<string, DataQueryResponse>();
  let last = none;
  const answer = dataSource.query(request);
  const data = (isObservable(answer) ? answer : from(answer)).pipe(
    map((packet) => {
      if (options.panelId !== undefined) observePacket(options.panelId, packet);
      packets.set(packet.key ?? packet.data[0]?.refId ?? "A", packet);
      last = joined(packets, packet.state ?? LoadingState.Done, request);
      return last;
    }),
    catchError((error: unknown) => of({ ...last, state: LoadingState.Error, error: asQueryError(error) })),
    share(),
  );
  const loading = timer(LOADING_AFTER_MILLIS).pipe(
    map(() => none),
    takeUntil(data),
  );
  return merge(loading, data);
}

/** Evaluates a relative time range now. */
function evaluated(raw: RawTimeRange): TimeRange {
  const now = dateTime();
  return {
    from: dateMath.parse(raw.from, false) ?? now,
    to: dateMath.parse(raw.to, true) ?? now,
    raw,
  };
}

/** Packets with the same key replace each other; the last one's state is that of all. */
function joined(
  packets: ReadonlyMap<string, DataQueryResponse>,
  state: LoadingState,
  request: DataQueryRequest,
): PanelData {
  const all = [...packets.values()];
  const errors = all.flatMap((packet) => packet.errors ?? (packet.error ? [packet.error] : []));
  const frames: DataFrame[] = all.flatMap((packet) => packet.data).map(toDataFrame);
  const [error] = errors;
  return {
    state: error ? LoadingState.Error : state,
    series: frames.filter((frame) => frame.meta?.dataTopic !== "annotations"),
    annotations: frames.filter((frame) => frame.meta?.dataTopic === "annotations"),
    ...(error && { error, errors }),
    request,
    timeRange: slides(request, state) ? evaluated(request.range.raw) : request.range,
  };
}

/** While data streams, a dashboard moves its relative time range with every packet; Explore keeps its own. */
function slides(request: DataQueryRequest, state: LoadingState): boolean {
  const isRelative = typeof request.range.raw.from === "string";
  return isRelative && state === LoadingState.Streaming && request.app !== "explore";
}

function requestOf({ app, panelId, raw, targets, widthPixels }: RunOptions): DataQueryRequest {
  const range = evaluated(raw);
  const maxDataPoints = Math.max(1, Math.round(widthPixels));
  const intervalMs = Math.max(1, Math.round((range.to.valueOf() - range.from.valueOf()) / maxDataPoints));
  return {
    app,
    requestId: `Q${++requests}`,
    ...(app !== "explore" && { dashboardUID: "dashboard" }),
    ...(app !== "explore" && panelId !== undefined && { panelId }),
    timezone: "browser",
    range,
    rangeRaw: raw,
    interval: `${intervalMs}ms`,
    intervalMs,
    maxDataPoints,
    scopedVars: { __interval: { value: `${intervalMs}ms` }, __interval_ms: { value: intervalMs } },
    targets: targets.filter(({ hide }) => !hide),
    startTime: Date.now(),
  };
}

function asQueryError(error: unknown): DataQueryError {
  if (typeof error === "object" && error !== null) {
    const { message, status, data } = error as DataQueryError;
    const text = message ?? data?.message ?? data?.error ?? "Query error";
    return { message: text, ...(status !== undefined && { status }), ...(data && { data }) };
  }
  return { message: String(error) };
}
