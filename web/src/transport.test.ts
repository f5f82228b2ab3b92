// The time limit of a request: it ends one that waits, and leaves one alone that was answered.

import { expect, test } from "vitest";
import { performInTime, type Transport, type TransportRequest } from "./transport.ts";

const LIMIT_MILLIS = 20;
const REQUEST: TransportRequest = { method: "GET", path: "/pmapi/context", timeoutMillis: LIMIT_MILLIS };
const never = new AbortController().signal;

test("a request without an answer ends, and its transport is told", async () => {
  const signals: (AbortSignal | undefined)[] = [];
  const deaf: Transport = ({ signal }) => {
    signals.push(signal);
    return new Promise(() => undefined);
  };
  await expect(performInTime(deaf, REQUEST, never)).rejects.toThrow("no answer within 0.02 s");
  expect(signals.map((signal) => signal?.aborted)).toEqual([true]);
});

test("a request that was answered is not aborted when its time is up", async () => {
  const signals: (AbortSignal | undefined)[] = [];
  const quick: Transport = async ({ signal }) => {
    signals.push(signal);
    return { status: 200, body: "" };
  };
  await performInTime(quick, REQUEST, never);
  await new Promise((done) => setTimeout(done, 3 * LIMIT_MILLIS));
  expect(signals.map((signal) => signal?.aborted)).toEqual([false]);
});
