// The answer of a request: a packet of all its frames from the store at once, then one after each change.

import { type DataQueryRequest, type DataQueryResponse, LoadingState, rangeUtil } from "@grafana/data";
import type { Poller } from "bpflens";
import { Observable } from "rxjs";
import type { Core } from "../core/load";
import type { Answer } from "../frames/answer";
import type { BpfQuery } from "../query/model";

/** A query with its script at a target of a Poller. */
export interface Subject {
  readonly query: BpfQuery;
  readonly target: string;
  readonly poller: Poller;
  readonly notice?: string | undefined;
}

/** Opens the subjects of a request; `close` gives their targets back. */
export type OpenSubjects = () => Promise<{ core: Core; subjects: Subject[]; close: () => void }>;

/** A hidden page is not drawn: its panels are told what is new this often, and at once when it is seen again. */
const HIDDEN_MILLIS = 10_000;
/**
 * After the host's clock was set, samples may be dated later than they came until an answer proves it. A panel that goes
 * on shows those of so much time ahead all the same: otherwise it would lag behind.
 */
const DATED_AHEAD_MILLIS = 2_000;
/** An answer that is given once waits so long for the first value. */
const ONE_SHOT_MILLIS = 15_000;

/**
 * Emits packets with one key, so that each replaces the one before; never completes, unsubscribing ends it.
 * With `isOnce` it emits one packet, when all subjects have a value or an error, and completes.
 */
export function panelStream(
  request: DataQueryRequest<BpfQuery>,
  open: OpenSubjects,
  isOnce: boolean,
): Observable<DataQueryResponse> {
  return new Observable((subscriber) => {
    const ends: (() => void)[] = [];
    const start = async () => {
      const { core, subjects, close } = await open();
      if (subscriber.closed) return close();
      const packets = new Packets(core, request, subjects, isOnce ? 0 : DATED_AHEAD_MILLIS);
      ends.push(close, ...(isOnce ? once(packets, emitAndComplete, fail) : repeatedly(packets, emit, fail)));
    };
    const emit = (packet: DataQueryResponse) => subscriber.next(packet);
    const fail = (error: unknown) => subscriber.error(error);
    const emitAndComplete = (packet: DataQueryResponse) => {
      subscriber.next({ ...packet, state: packet.error ? LoadingState.Error : LoadingState.Done });
      subscriber.complete();
    };
    start().catch(fail);
    return () => {
      for (const end of ends) end();
    };
  });
}

type Emit = (packet: DataQueryResponse) => void;
type Fail = (error: unknown) => void;

/** Timers and events have no caller who could catch: an error goes to the panel. */
function guarded(action: () => void, fail: Fail): () => void {
  return () => {
    try {
      action();
    } catch (error) {
      fail(error);
    }
  };
}

/** Emits now and after changes; several changes of one moment make one packet. */
function repeatedly(packets: Packets, emit: Emit, fail: Fail): (() => void)[] {
  let emittedAt = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const update = () => {
    timer = undefined;
    emittedAt = Date.now();
    emit(packets.next().packet);
  };
  const schedule = () => {
    if (timer !== undefined || !packets.hasNews()) return;
    const wait = isHidden() ? Math.max(emittedAt + HIDDEN_MILLIS - Date.now(), 0) : 0;
    timer = setTimeout(guarded(update, fail), wait);
  };
  const seen = guarded(() => {
    clearTimeout(timer);
    timer = undefined;
    schedule();
  }, fail);
  update();
  if (typeof document !== "undefined") document.addEventListener("visibilitychange", seen);
  return [
    ...packets.onChange(guarded(schedule, fail)),
    () => clearTimeout(timer),
    () => typeof document !== "undefined" && document.removeEventListener("visibilitychange", seen),
  ];
}

function once(packets: Packets, emit: Emit, fail: Fail): (() => void)[] {
  let isDone = false;
  const update = (isLate: boolean) => {
    if (isDone) return;
    const { packet, isComplete } = packets.next();
    if (!isComplete && !isLate) return;
    isDone = true;
    emit(packet);
  };
  const timer = setTimeout(
    guarded(() => update(true), fail),
    ONE_SHOT_MILLIS,
  );
  // Not at once: completing ends what is not yet set up.
  const first = setTimeout(
    guarded(() => update(false), fail),
    0,
  );
  const changed = guarded(() => packets.hasNews() && update(false), fail);
  return [...packets.onChange(changed), () => clearTimeout(timer), () => clearTimeout(first)];
}

/** Makes the packets of one request. */
class Packets {
  readonly #core: Core;
  readonly #request: DataQueryRequest<BpfQuery>;
  readonly #subjects: readonly Subject[];
  /** How much further than a range that ends now the frames reach. */
  readonly #aheadMillis: number;
  #told: string | undefined;

  constructor(
    core: Core,
    request: DataQueryRequest<BpfQuery>,
    subjects: readonly Subject[],
    aheadMillis: number,
  ) {
    this.#core = core;
    this.#request = request;
    this.#subjects = subjects;
    this.#aheadMillis = aheadMillis;
  }

  onChange(listener: () => void): (() => void)[] {
    const pollers = new Set(this.#subjects.map(({ poller }) => poller));
    return [...pollers].map((poller) => poller.onChange(listener));
  }

  /** Whether anything has changed that a panel shows, since the last packet. */
  hasNews(): boolean {
    return this.#fingerprint() !== this.#told;
  }

  /** All frames, drawn anew; complete if every subject has a value or an error, or will never have a value. */
  next(): { packet: DataQueryResponse; isComplete: boolean } {
    this.#told = this.#fingerprint();
    const answers = this.#subjects.map((subject) => this.#answer(subject));
    const errors = answers.flatMap(({ error }) => error ?? []);
    const isComplete = answers.every(({ hasData, canHaveData, error }) => hasData || !canHaveData || error);
    const isWaiting =
      this.#subjects.some((subject, place) => isOnItsWay(subject) && answers[place]?.canHaveData) &&
      !answers.some(({ hasData }) => hasData);
    const packet: DataQueryResponse = {
      key: "bpflens",
      data: answers.flatMap(({ frames }) => frames),
      state: stateOf(errors.length > 0, isWaiting),
      ...(errors[0] ? { error: errors[0], errors } : {}),
    };
    return { packet, isComplete };
  }

  #fingerprint(): string {
    return this.#subjects.map(({ poller, target }) => poller.session.fingerprint(target)).join();
  }

  #answer({ poller, target, query, notice }: Subject): Answer {
    const { from, to } = this.#currentRange();
    const maxDataPoints = this.#request.maxDataPoints ?? DEFAULT_DATA_POINTS;
    const question = { target, query, from, to, maxDataPoints, notice };
    return this.#core.answer(poller.session, question, Date.now());
  }

  /** In milliseconds since 1970. Relative ranges go on with the time. */
  #currentRange(): { from: number; to: number } {
    const { range } = this.#request;
    if (typeof range.raw.to !== "string") return { from: range.from.valueOf(), to: range.to.valueOf() };
    const { from, to } = rangeUtil.convertRawToRange(range.raw);
    return { from: from.valueOf(), to: to.valueOf() + this.#aheadMillis };
  }
}

/** Columns of a panel whose width is not known. */
const DEFAULT_DATA_POINTS = 800;

function isOnItsWay({ poller, target }: Subject): boolean {
  const { state } = poller.session.status(target, Date.now());
  return state === "registering" || state === "starting" || state === "running";
}

function stateOf(hasError: boolean, isWaiting: boolean): LoadingState {
  if (hasError) return LoadingState.Error;
  return isWaiting ? LoadingState.Loading : LoadingState.Streaming;
}

function isHidden(): boolean {
  return typeof document !== "undefined" && document.hidden;
}
