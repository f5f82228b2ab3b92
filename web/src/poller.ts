// Drives a Session: performs its requests when they are due and tells listeners that something changed.

import { type HttpRequest, Session, type SessionOptions } from "../pkg/bt_wasm.js";
import { type Endpoint, type Fetch, perform, sendAndForget } from "./transport.ts";

/** How to reach the host and how often to ask it. */
export interface PollerOptions {
  /** Address before `/pmapi/…`, e.g. `http://127.0.0.1:9300`; default: the page's own origin. */
  baseUrl?: string;
  /** Bearer token that `bpflens serve` printed. */
  token?: string;
  /** Poll interval, retention and host, see `SessionOptions`. */
  session?: SessionOptions;
  /** Default: the global `fetch`. */
  fetch?: Fetch;
  /** Milliseconds since the epoch; default: `Date.now`. */
  now?: () => number;
  /**
   * Calls back once after this many milliseconds, and returns what cancels it; default: `setTimeout`, which browsers
   * slow down in hidden tabs to one call a minute.
   */
  delay?: Delay;
}

/** A one-shot timer: starts it, and returns what cancels it. */
export type Delay = (callback: () => void, millis: number) => () => void;

/** The shortest sleep between two ticks, so that a mistake cannot become a busy loop. */
const MIN_SLEEP_MILLIS = 5;

/**
 * Runs scripts on a host and keeps their samples.
 *
 * Read status and frames from `session` whenever a listener is called. A `target` names a place that shows one
 * script, e.g. a panel; running another script there replaces the first.
 */
export class Poller {
  /** All state and all decisions; this class only moves bytes and time. */
  readonly session: Session;
  readonly #endpoint: Endpoint;
  readonly #now: () => number;
  readonly #listeners = new Set<() => void>();
  readonly #sources = new Map<string, string>();
  readonly #closed = new AbortController();
  readonly #delay: Delay;
  #cancelTimer: () => void = () => undefined;
  #accessDenied = false;

  constructor(options: PollerOptions = {}) {
    this.session = new Session(options.session ?? {});
    this.#endpoint = {
      baseUrl: options.baseUrl ?? "",
      token: options.token,
      fetch: options.fetch ?? ((url, init) => fetch(url, init)),
    };
    this.#now = options.now ?? Date.now;
    this.#delay = options.delay ?? delayByTimeout;
    const release = () => this.#release();
    const resume = (event: PageTransitionEvent) => {
      if (event.persisted) this.#resume();
    };
    if (typeof window !== "undefined") {
      const { signal } = this.#closed;
      window.addEventListener("pagehide", release, { signal });
      window.addEventListener("pageshow", resume, { signal });
    }
    this.#tick();
  }

  /** Runs the script at this target instead of the one that is there. */
  run(target: string, source: string): void {
    this.#sources.set(target, source);
    this.session.run(target, source, this.#now());
    this.#tick();
  }

  /** Ends the script of this target; its samples stay readable. */
  stop(target: string): void {
    this.#sources.delete(target);
    this.session.stop(target, this.#now());
    this.#tick();
  }

  /** Whether the host's last answer was that it does not accept the token (or wants one). */
  get accessDenied(): boolean {
    return this.#accessDenied;
  }

  /** Calls the listener after every change, until the returned function is called. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Returns all leases, ends polling and frees the samples; `session` must not be used afterwards. */
  close(): void {
    if (this.#closed.signal.aborted) return;
    this.#release();
    this.#closed.abort();
    this.#cancelTimer();
    this.#listeners.clear();
    this.session.free();
  }

  #tick(): void {
    if (this.#closed.signal.aborted) return;
    this.#cancelTimer();
    for (const request of this.session.tick(this.#now())) void this.#perform(request);
    const sleep = Math.max(this.session.nextTick(this.#now()), MIN_SLEEP_MILLIS);
    this.#cancelTimer = this.#delay(() => this.#tick(), sleep);
    for (const listener of [...this.#listeners]) listener();
  }

  async #perform(request: HttpRequest): Promise<void> {
    const outcome = await perform(this.#endpoint, request, this.#closed.signal);
    if (this.#closed.signal.aborted) return;
    if ("failure" in outcome) {
      this.session.fail(request.id, outcome.failure, this.#now());
    } else {
      this.#accessDenied = outcome.status === 401 || outcome.status === 403;
      this.session.respond(request.id, outcome.status, outcome.body, this.#now());
    }
    this.#tick();
  }

  #release(): void {
    for (const request of this.session.releaseRequests()) sendAndForget(this.#endpoint, request);
  }

  /** A page that comes back from the back/forward cache has returned its leases: it takes them again. */
  #resume(): void {
    for (const [target, source] of this.#sources) this.session.run(target, source, this.#now());
    this.#tick();
  }
}

function delayByTimeout(callback: () => void, millis: number): () => void {
  const timer = setTimeout(callback, millis);
  return () => clearTimeout(timer);
}
