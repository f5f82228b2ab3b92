// Who wants to hear of something: none of them can keep the others from hearing it.

/** Functions that are called with the same values. */
export class Listeners<Values extends unknown[] = []> {
  readonly #listeners = new Set<(...values: Values) => void>();

  /** Adds a listener; the returned function takes it away. */
  add(listener: (...values: Values) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Calls all of them. What one throws is reported as if nobody had caught it, after the others have heard. */
  tell(...values: Values): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(...values);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }

  clear(): void {
    this.#listeners.clear();
  }
}
