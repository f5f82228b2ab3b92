// Performs the core's requests through Grafana: its proxy, its credentials, no error pop-ups.

import { type BackendSrvRequest, config, type FetchError, getBackendSrv } from "@grafana/runtime";
import type { Transport, TransportRequest } from "bpflens";
import { EMPTY, fromEvent, lastValueFrom, merge, mergeMap, type Observable, take, throwError } from "rxjs";

/** Where a host is reached, and how this browser identifies itself there. */
export interface Address {
  /** Before `/pmapi/…`, without a slash at the end. */
  readonly url: string;
  /** Value of the `Authorization` header. */
  readonly authorization?: string | undefined;
  /** Send cookies to another origin too. */
  readonly withCredentials?: boolean | undefined;
}

export function grafanaTransport(address: Address): Transport {
  return (request) => (request.keepalive ? sendNatively(address, request) : ask(address, request));
}

async function ask(address: Address, request: TransportRequest): Promise<{ status: number; body: string }> {
  const answer = getBackendSrv().fetch<string>({
    url: address.url + request.path,
    method: request.method,
    data: request.body,
    headers: headersOf(address, request),
    responseType: "text",
    showErrorAlert: false,
    showSuccessAlert: false,
    ...(address.withCredentials ? { credentials: "include" as const } : {}),
  } satisfies BackendSrvRequest);
  try {
    // Unsubscribing is how a request of Grafana's is cancelled.
    const { status, data } = await lastValueFrom(merge(answer, cancellation(request)).pipe(take(1)));
    return { status, body: typeof data === "string" ? data : JSON.stringify(data) };
  } catch (error) {
    return answerOfError(error);
  }
}

/** Fails when the caller waits no longer, who also keeps the time; emits nothing else. */
function cancellation({ signal }: TransportRequest): Observable<never> {
  if (!signal) return EMPTY;
  return fromEvent(signal, "abort").pipe(
    mergeMap(() => throwError(() => new Error("the request was cancelled"))),
  );
}

/** Grafana throws answers with an error status: they are answers still, unless they have none. */
function answerOfError(error: unknown): { status: number; body: string } {
  if (error instanceof Error) throw error;
  const { status, statusText, data, cancelled } = error as FetchError<unknown>;
  if (!status || cancelled)
    throw new Error(statusText || "no answer: the network or Grafana is not reachable");
  return { status, body: bodyOf(data) };
}

/** The text as the host sent it; Grafana wraps it when the status is an error. */
function bodyOf(data: unknown): string {
  if (typeof data === "string") return data;
  const wrapped = (data as { response?: unknown } | null | undefined)?.response;
  return typeof wrapped === "string" ? wrapped : JSON.stringify(data ?? "");
}

/** Outlives the page, which Grafana's own service cannot. */
async function sendNatively(
  address: Address,
  request: TransportRequest,
): Promise<{ status: number; body: string }> {
  const response = await fetch(address.url + request.path, {
    method: request.method,
    headers: { ...headersOf(address, request), ...organisation(address) },
    credentials: address.withCredentials ? "include" : "same-origin",
    keepalive: true,
    ...(request.body === undefined ? {} : { body: request.body }),
  });
  return { status: response.status, body: await response.text() };
}

function headersOf(address: Address, request: TransportRequest): Record<string, string> {
  return {
    ...(address.authorization ? { Authorization: address.authorization } : {}),
    ...(request.body === undefined ? {} : { "Content-Type": "text/plain;charset=UTF-8" }),
  };
}

/** Grafana's proxy finds the data source in the organisation that this header names; other hosts need not know it. */
function organisation({ url }: Address): Record<string, string> {
  const id = config.bootData?.user?.orgId;
  return id && !/^https?:/.test(url) ? { "X-Grafana-Org-Id": String(id) } : {};
}
