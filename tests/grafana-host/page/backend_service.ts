// Grafana's client for its own server: cancellable requests as Observables, errors as objects with `status` and `data`.

import type { BackendSrvRequest, FetchError, FetchResponse } from "@grafana/runtime";
import { firstValueFrom, Observable } from "rxjs";

type Body = Readonly<Record<string, unknown>> | string | undefined;

export class BackendService {
  fetch<T>(options: BackendSrvRequest): Observable<FetchResponse<T>> {
    return new Observable((subscriber) => {
      const abort = new AbortController();
      send<T>(options, abort.signal).then(
        (response) => {
          subscriber.next(response);
          subscriber.complete();
        },
        (error) => subscriber.error(error),
      );
      return () => abort.abort();
    });
  }

  datasourceRequest<T>(options: BackendSrvRequest): Promise<FetchResponse<T>> {
    return firstValueFrom(this.fetch<T>(options));
  }

  async request<T>(options: BackendSrvRequest): Promise<T> {
    return (await this.datasourceRequest<T>(options)).data;
  }

  get<T>(url: string, params?: Record<string, unknown>): Promise<T> {
    return this.request({ url, method: "GET", ...(params && { params }) });
  }

  post<T>(url: string, data?: Body): Promise<T> {
    return this.request({ url, method: "POST", data });
  }

  put<T>(url: string, data?: Body): Promise<T> {
    return this.request({ url, method: "PUT", data });
  }

  delete<T>(url: string, data?: Body): Promise<T> {
    return this.request({ url, method: "DELETE", data });
  }
}

async function send<T>(options: BackendSrvRequest, signal: AbortSignal): Promise<FetchResponse<T>> {
  const response = await fetch(address(options), {
    method: options.method ?? "GET",
    signal,
    headers: requestHeaders(options),
    ...(options.data !== undefined && {
      body: typeof options.data === "string" ? options.data : JSON.stringify(options.data),
    }),
  }).catch((error: Error) => {
    throw {
      status: 0,
      statusText: error.message,
      data: { message: error.message },
      cancelled: signal.aborted,
      config: options,
    } satisfies FetchError;
  });
  const text = await response.text();
  const data = options.responseType === "text" ? text : parsed(text);
  const { status, statusText, ok, headers, redirected, type, url } = response;
  if (!ok) {
    // Grafana wraps text so.
    const said = typeof data === "object" ? data : { message: text, error: statusText, response: text };
    throw { status, statusText, data: said, config: options } satisfies FetchError;
  }
  return { data: data as T, status, statusText, ok, headers, redirected, type, url, config: options };
}

function address({ url, params }: BackendSrvRequest): string {
  if (params === undefined) return url;
  return `${url}${url.includes("?") ? "&" : "?"}${new URLSearchParams(params as Record<string, string>)}`;
}

function requestHeaders({ headers, data }: BackendSrvRequest): Record<string, string> {
  return { ...(typeof data === "object" && { "content-type": "application/json" }), ...headers };
}

/** JSON where it is JSON, as Grafana does unless text is asked for. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
