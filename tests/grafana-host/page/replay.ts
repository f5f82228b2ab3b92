// A data source that hands out recorded packets and does nothing else: what remains is Grafana's own cost.

import {
  type DataFrame,
  type DataQueryRequest,
  type DataQueryResponse,
  DataSourceApi,
  type DataSourceInstanceSettings,
  FieldType,
  LoadingState,
} from "@grafana/data";
import { EMPTY, filter, map, type Observable, timer } from "rxjs";
import type { RecordedPacket, Recording } from "../server/page_settings.ts";

const PERIOD_MILLIS = 1_000;

/** Each panel gets its packets one after the other, over and over, as if they had just come; none while the page is hidden. */
export class Replay extends DataSourceApi {
  readonly #recording: Recording;

  constructor(settings: DataSourceInstanceSettings, recording: Recording) {
    super(settings);
    this.#recording = recording;
  }

  override query({ panelId }: DataQueryRequest): Observable<DataQueryResponse> {
    const packets = this.#recording[String(panelId)] ?? [];
    if (packets.length === 0) return EMPTY;
    return timer(0, PERIOD_MILLIS).pipe(
      filter(() => !document.hidden),
      map((turn) => packetOfNow(packets[turn % packets.length] as RecordedPacket)),
    );
  }

  override async testDatasource() {
    return { status: "success", message: "" };
  }
}

function packetOfNow({ at, frames }: RecordedPacket): DataQueryResponse {
  const ageMillis = Date.now() - at;
  return {
    key: "replay",
    state: LoadingState.Streaming,
    data: (frames as DataFrame[]).map((frame) => moved(frame, ageMillis)),
  };
}

function moved(frame: DataFrame, millis: number): DataFrame {
  const fields = frame.fields.map((field) =>
    field.type === FieldType.time
      ? { ...field, values: field.values.map((time: number) => time + millis) }
      : field,
  );
  return { ...frame, fields };
}
