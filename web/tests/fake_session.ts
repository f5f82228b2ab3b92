// A Session for tests of the driver: it hands out queued requests and writes down what it is told.

import type { HttpRequest } from "../pkg/bt_wasm.js";

export function request(id: number, rest: Partial<HttpRequest> = {}): HttpRequest {
  return { id, method: "GET", path: `/pmapi/${id}`, timeoutMillis: 3000, ...rest };
}

export class FakeSession {
  /** The one that was made last, as the driver makes its own. */
  static last: FakeSession;

  readonly due: HttpRequest[] = [];
  readonly log: string[] = [];
  sleepMillis = 1000;

  constructor() {
    FakeSession.last = this;
  }

  run = (target: string, source: string, now: number) => this.log.push(`run ${target} ${source} ${now}`);
  stop = (target: string, now: number) => this.log.push(`stop ${target} ${now}`);
  edit = (target: string, source: string, now: number) => this.log.push(`edit ${target} ${source} ${now}`);
  release = (target: string, now: number) => this.log.push(`release ${target} ${now}`);
  remove = (target: string, now: number) => this.log.push(`remove ${target} ${now}`);
  setVisible = (visible: boolean, now: number) => this.log.push(`setVisible ${visible} ${now}`);
  tick = () => this.due.splice(0);
  nextTick = () => this.sleepMillis;
  respond = (id: number, status: number, body: string) => this.log.push(`respond ${id} ${status} ${body}`);
  fail = (id: number, message: string) => this.log.push(`fail ${id} ${message}`);
  releaseRequests = () => [request(99, { method: "POST", path: "/pmapi/7/store", body: "s1" })];
  free = () => this.log.push("free");
}
