// How requests travel: by `fetch`, or by whatever else the caller has; each with a time limit.

/** A request to the host. */
export interface TransportRequest {
  readonly method: "GET" | "POST";
  /** Path and query, from `/pmapi/` on. */
  readonly path: string;
  /** Body of a POST, plain text. */
  readonly body?: string;
  /** When to give up. */
  readonly timeoutMillis: number;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal?: AbortSignal;
  /** The page is going away: the request has to outlive it, its answer is not waited for. */
  readonly keepalive?: boolean;
}

/** What the host answered, whatever the status is. */
export interface TransportResponse {
  readonly status: number;
  readonly body: string;
}

/** Performs one request. Rejects if no answer came; an HTTP error is an answer. */
export type Transport = (request: TransportRequest) => Promise<TransportResponse>;

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

/** Requests by `fetch`. */
export function fetchTransport({ baseUrl, token, fetch }: Endpoint): Transport {
  return async ({ method, path, body, signal, keepalive }) => {
    const headers: Record<string, string> = {};
    if (token) headers.Authorization = `Bearer ${token}`;
    if (body !== undefined) headers["Content-Type"] = "text/plain;charset=UTF-8";
    const response = await fetch(baseUrl + path, {
      method,
      headers,
      cache: "no-store",
      ...(body === undefined ? {} : { body }),
      ...(signal === undefined ? {} : { signal }),
      ...(keepalive ? { keepalive } : {}),
    });
    return { status: response.status, body: await response.text() };
  };
}

/** Performs the request within its time limit, even if the transport pays no heed to it. */
export async function performInTime(
  transport: Transport,
  request: TransportRequest,
  cancelled: AbortSignal,
): Promise<TransportResponse> {
  const limit = new AbortController();
  // Not `AbortSignal.timeout`: that aborts every request in the end, also those that were answered long before.
  const timer = setTimeout(() => limit.abort(), request.timeoutMillis);
  const signal = AbortSignal.any([limit.signal, cancelled, ...(request.signal ? [request.signal] : [])]);
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  try {
    return await Promise.race([transport({ ...request, signal }), aborted]);
  } catch (error) {
    if (limit.signal.aborted) throw new Error(`no answer within ${request.timeoutMillis / 1000} s`);
    throw error instanceof Error ? error : new Error(String(error));
  } finally {
    clearTimeout(timer);
  }
}
