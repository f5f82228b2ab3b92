// What a Poller can be told: where the host is, how often to ask it, and what of the page's to use instead of its own.

import type { SessionOptions } from "../pkg/bt_wasm.js";
import type { Fetch, Transport } from "./transport.ts";

/** How to reach the host and how often to ask it. */
export interface PollerOptions {
  /** Address before `/pmapi/…`, e.g. `http://127.0.0.1:9300`; default: the page's own origin. */
  baseUrl?: string;
  /** Bearer token that `bpflens serve` printed. */
  token?: string;
  /** Poll interval, retention, typing pause and host, see `SessionOptions`. */
  session?: SessionOptions;
  /** Default: the global `fetch`. */
  fetch?: Fetch;
  /** Performs the requests instead of `fetch`; `baseUrl` and `token` are its own business then. */
  transport?: Transport;
  /** Milliseconds since the epoch; default: `Date.now`. */
  now?: () => number;
  /**
   * Calls back once after this many milliseconds, and returns what cancels it; default: `setTimeout`, which browsers
   * slow down in hidden tabs to one call a minute.
   */
  delay?: Delay;
  /** Whether a hidden page polls slowly, and after five minutes not at all; default: true. */
  pauseWhenHidden?: boolean;
}

/** A one-shot timer: starts it, and returns what cancels it. */
export type Delay = (callback: () => void, millis: number) => () => void;

/** The page's own timer. */
export function delayByTimeout(callback: () => void, millis: number): () => void {
  const timer = setTimeout(callback, millis);
  return () => clearTimeout(timer);
}
