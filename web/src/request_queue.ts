// Lets requests out one after the other: pmproxy 6.0.3 dies of calls at the same time.

/** A queue of tasks of which one runs at a time, in the order in which they came. */
export class RequestQueue {
  #last: Promise<unknown> = Promise.resolve();
  #unfinished = 0;

  /** Whether nothing runs or waits. */
  get isIdle(): boolean {
    return this.#unfinished === 0;
  }

  /** Runs the task when all before it have ended, however they did. */
  add<T>(task: () => Promise<T>): Promise<T> {
    this.#unfinished += 1;
    const done = this.#last.then(task).finally(() => {
      this.#unfinished -= 1;
    });
    this.#last = done.catch(() => undefined); // Whoever added the task hears of its failure.
    return done;
  }
}
