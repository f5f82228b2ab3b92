// Drives a Session: performs its requests when they are due and tells listeners that something changed.

import { type HttpRequest, Session } from "../pkg/bt_wasm.js";
import { type HealthReport, health } from "./health.ts";
import {
  askInfo,
  askInstances,
  giveCommand,
  type HostCommand,
  type HostInfo,
  type MetricInstance,
} from "./host_calls.ts";
import { Listeners } from "./listeners.ts";
import { watchPage } from "./page_events.ts";
import { type Delay, delayByTimeout, type PollerOptions } from "./poller_options.ts";
import { RequestQueue } from "./request_queue.ts";
import {
  fetchTransport,
  performInTime,
  type Transport,
  type TransportRequest,
  type TransportResponse,
} from "./transport.ts";

/** The shortest sleep between two ticks, so that a mistake cannot become a busy loop. */
const MIN_SLEEP_MILLIS = 5;
/** The same while requests are under way: their answers tick, too. */
const BUSY_SLEEP_MILLIS = 250;

/**
 * Runs scripts on a host and keeps their samples. One for each host: its requests go out one after the other.
 *
 * Read status and frames from `session` whenever a listener is called. A `target` names a place that shows one
 * script, e.g. a panel; running another script there replaces the first.
 */
export class Poller {
  /** All state and all decisions; this class only moves bytes and time. */
  readonly session: Session;
  readonly #transport: Transport;
  readonly #hostspec: string | undefined;
  readonly #now: () => number;
  readonly #delay: Delay;
  readonly #queue = new RequestQueue();
  readonly #listeners = new Listeners();
  readonly #errorListeners = new Listeners<[Error]>();
  readonly #disposed = new AbortController();
  #cancelTimer: () => void = () => undefined;
  #accessDenied = false;
  #failure: Error | undefined;

  constructor(options: PollerOptions = {}) {
    this.session = new Session(options.session ?? {});
    this.#transport =
      options.transport ??
      fetchTransport({
        baseUrl: options.baseUrl ?? "",
        token: options.token,
        fetch: options.fetch ?? ((url, init) => fetch(url, init)),
      });
    this.#hostspec = options.session?.hostspec;
    this.#now = options.now ?? Date.now;
    this.#delay = options.delay ?? delayByTimeout;
    watchPage(this.#disposed.signal, {
      goesAway: () => this.#release(),
      isBack: () => this.setVisible(true),
      isVisible: (visible) => (options.pauseWhenHidden ?? true) && this.setVisible(visible),
    });
    this.#tick();
  }

  /** Runs the script at this target instead of the one that is there. */
  run(target: string, source: string): void {
    this.#mustGoOn();
    this.#change(() => this.session.run(target, source, this.#now()));
  }

  /**
   * A target wants this script: at once if it shows nothing, otherwise when typing has paused; and only if analysis finds
   * no error. The same text again changes nothing, even if the user has stopped it. After an empty text, which a panel
   * without a script has, the next one counts as typed.
   */
  edit(target: string, source: string): void {
    this.#mustGoOn();
    this.#change(() => this.session.edit(target, source, this.#now()));
  }

  /** Ends the script of this target; its samples stay readable. */
  stop(target: string): void {
    this.#change(() => this.session.stop(target, this.#now()));
  }

  /** Nobody looks at this target any more: after the grace period it is removed, unless it is wanted again. */
  release(target: string): void {
    this.#change(() => this.session.release(target, this.#now()));
  }

  /** Ends the script of this target and frees its samples. */
  remove(target: string): void {
    this.#change(() => this.session.remove(target, this.#now()));
  }

  /** Whether anybody sees the page; in a browser the poller listens to that itself. */
  setVisible(visible: boolean): void {
    this.#change(() => this.session.setVisible(visible, this.#now()));
  }

  /**
   * A list of the host as its agent writes it: `bpftrace.info.tracepoints`, whose names are separated by commas, or
   * `bpftrace.info.scripts_json`. Rejects with an Error that says why there is none.
   */
  info(what: HostInfo): Promise<string> {
    return askInfo((request) => this.request(request), this.#hostspec, what);
  }

  /** The instances that a metric has on the host, such as `bpftrace.scripts.NAME.data.MAP` of whoever's script. */
  instances(metric: string): Promise<MetricInstance[]> {
    return askInstances((request) => this.request(request), this.#hostspec, metric);
  }

  /** Starts, stops or returns a script of the host, whoever registered it; by its id or name. */
  control(command: HostCommand, script: string): Promise<void> {
    return giveCommand((request) => this.request(request), this.#hostspec, command, script);
  }

  /** Asks the host, stage by stage, whether a script could run there. */
  health(): Promise<HealthReport> {
    return health((request) => this.request(request), this.#hostspec);
  }

  /** Performs a request of the caller's own, after those that wait already. */
  async request(request: TransportRequest): Promise<TransportResponse> {
    this.#mustGoOn();
    try {
      return await this.#queue.add(() => performInTime(this.#transport, request, this.#disposed.signal));
    } finally {
      this.#tick();
    }
  }

  /** Whether the host's last answer was that it does not accept the token (or wants one). */
  get accessDenied(): boolean {
    return this.#accessDenied;
  }

  /** Why polling has ended for good: a mistake in the core, after which it cannot be used any more. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** Calls the listener after every change, until the returned function is called. */
  onChange(listener: () => void): () => void {
    return this.#listeners.add(listener);
  }

  /** Calls the listener once if polling ends for good, see `failure`. */
  onError(listener: (error: Error) => void): () => void {
    return this.#errorListeners.add(listener);
  }

  /** Returns all leases, ends polling and frees the samples; `session` must not be used afterwards. */
  dispose(): void {
    if (this.#disposed.signal.aborted) return;
    this.#release();
    this.#disposed.abort(new Error("the poller is disposed of"));
    this.#cancelTimer();
    this.#listeners.clear();
    this.#errorListeners.clear();
    if (this.#failure === undefined) this.session.free();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  get #isOver(): boolean {
    return this.#disposed.signal.aborted || this.#failure !== undefined;
  }

  #mustGoOn(): void {
    if (this.#failure !== undefined) throw this.#failure;
    this.#disposed.signal.throwIfAborted();
  }

  #change(action: () => void): void {
    if (this.#isOver) return;
    this.#guard(action);
    this.#mustGoOn();
    this.#tick();
  }

  #tick(): void {
    if (this.#isOver) return;
    this.#cancelTimer();
    this.#guard(() => {
      if (this.#queue.isIdle)
        for (const request of this.session.tick(this.#now())) void this.#perform(request);
      const pause = this.#queue.isIdle ? MIN_SLEEP_MILLIS : BUSY_SLEEP_MILLIS;
      const sleep = Math.max(this.session.nextTick(this.#now()), pause);
      this.#cancelTimer = this.#delay(() => this.#tick(), sleep);
    });
    this.#listeners.tell();
  }

  async #perform(request: HttpRequest): Promise<void> {
    const answer = await this.#queue
      .add(() => performInTime(this.#transport, request, this.#disposed.signal))
      .catch((error: Error) => error);
    if (this.#isOver) return;
    this.#guard(() => {
      if (answer instanceof Error) {
        this.session.fail(request.id, answer.message, this.#now());
      } else {
        this.#accessDenied = answer.status === 401 || answer.status === 403;
        this.session.respond(request.id, answer.status, answer.body, this.#now());
      }
    });
    this.#tick();
  }

  /** Not in the queue: a page that goes away has no time for it. */
  #release(): void {
    if (this.#isOver) return;
    this.#guard(() => {
      for (const { method, path, body, timeoutMillis } of this.session.releaseRequests()) {
        const request = {
          method,
          path,
          timeoutMillis,
          keepalive: true,
          ...(body === undefined ? {} : { body }),
        };
        // Nobody is left to tell of a failure: the host's expiry ends the script instead.
        this.#transport(request).catch(() => undefined);
      }
    });
  }

  /** A panic in WebAssembly leaves the core unusable: polling ends, and everybody is told. */
  #guard(action: () => void): void {
    try {
      action();
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      this.#failure = new Error(
        `bpflens has met a mistake of its own and stopped (${reason}): load the page again`,
        {
          cause,
        },
      );
      this.#cancelTimer();
      this.#errorListeners.tell(this.#failure);
    }
  }
}
