// Grafana's proxy for data sources: passes a call on, without what says where the page came from.

import { type IncomingMessage, request, type ServerResponse } from "node:http";

export interface ProxyTarget {
  /** Of pmproxy or of `bpflens serve`. */
  readonly url: string;
  /** Headers that the data source's settings add, such as an authorization. */
  readonly headers?: Readonly<Record<string, string>>;
}

const NOT_PASSED_ON = ["origin", "referer", "cookie", "host", "connection"];

/** The last call: pmproxy 6.0.3 now and then dies of calls at the same time, as those of several tabs are. */
let turn: Promise<void> = Promise.resolve();

/** Passes the call on when those before it are answered. */
export function passOn(
  call: IncomingMessage,
  answer: ServerResponse,
  path: string,
  target: ProxyTarget,
): void {
  turn = turn.then(
    () =>
      new Promise((done) => {
        if (answer.closed) return done();
        answer.once("close", done);
        send(call, answer, path, target);
      }),
  );
}

function send(call: IncomingMessage, answer: ServerResponse, path: string, target: ProxyTarget): void {
  const headers = Object.entries(call.headers).filter(
    ([name]) => !NOT_PASSED_ON.includes(name) && !name.startsWith("sec-"),
  );
  const onward = request(
    new URL(path, target.url),
    { method: call.method ?? "GET", headers: { ...Object.fromEntries(headers), ...target.headers } },
    (reply) => {
      answer.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(answer);
    },
  );
  // What Grafana answers when the data source does not.
  onward.on("error", () => {
    if (!answer.headersSent) answer.writeHead(502);
    answer.end();
  });
  answer.on("close", () => onward.destroy());
  call.pipe(onward);
}
