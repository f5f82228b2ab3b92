// Performs one request of a Session with fetch: token, time limit, and an outcome that is data.

import type { HttpRequest } from "../pkg/bt_wasm.js";

/** The part of `fetch` that is needed, so that a test or another runtime can bring its own. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** Where requests go and how they identify themselves. */
export interface Endpoint {
  /** Address before `/pmapi/…`, without a slash at the end; empty for the page's own origin. */
  readonly baseUrl: string;
  /** Sent as bearer token. */
  readonly token?: string | undefined;
  readonly fetch: Fetch;
}

/** What became of a request. */
export type Outcome = { status: number; body: string } | { failure: string };

/** Sends the request and reads the whole answer; never throws. */
export async function perform(
  endpoint: Endpoint,
  request: HttpRequest,
  cancelled: AbortSignal,
): Promise<Outcome> {
  const limit = AbortSignal.timeout(request.timeoutMillis);
  try {
    const response = await endpoint.fetch(endpoint.baseUrl + request.path, {
      ...requestInit(endpoint, request),
      signal: AbortSignal.any([limit, cancelled]),
    });
    return { status: response.status, body: await response.text() };
  } catch (error) {
    if (limit.aborted) return { failure: `no answer within ${request.timeoutMillis / 1000} s` };
    return { failure: error instanceof Error ? error.message : String(error) };
  }
}

/** Sends the request so that it outlives the page; the answer is not waited for. */
export function sendAndForget(endpoint: Endpoint, request: HttpRequest): void {
  endpoint
    .fetch(endpoint.baseUrl + request.path, { ...requestInit(endpoint, request), keepalive: true })
    .catch(() => undefined); // Nobody is left to tell: the host's expiry ends the script instead.
}

function requestInit(endpoint: Endpoint, request: HttpRequest): RequestInit {
  const headers: Record<string, string> = {};
  if (endpoint.token) headers.Authorization = `Bearer ${endpoint.token}`;
  if (request.body !== undefined) headers["Content-Type"] = "text/plain;charset=UTF-8";
  return {
    method: request.method,
    headers,
    cache: "no-store",
    ...(request.body === undefined ? {} : { body: request.body }),
  };
}
