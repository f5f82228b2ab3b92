// Waits for a condition, and says at its end what was seen instead.

const STEP_MILLIS = 50;
/**
 * A bound for what must come, not for how fast: bpftrace, Chromium and builds may share two processors. Waiting ends
 * with the condition, so patience costs time only where something is broken.
 */
export const PATIENCE_MILLIS = 40_000;

/** Returns the first value that the condition accepts; fails after the time limit with the last one seen. */
export async function waitFor<T>(
  what: string,
  read: () => T | Promise<T>,
  accept: (value: T) => boolean,
  limitMillis = PATIENCE_MILLIS,
): Promise<T> {
  const end = Date.now() + limitMillis;
  for (;;) {
    const value = await read();
    if (accept(value)) return value;
    if (Date.now() > end) {
      throw new Error(`${what}: not within ${limitMillis / 1000} s; last seen: ${JSON.stringify(value)}`);
    }
    await sleep(STEP_MILLIS);
  }
}

export function sleep(millis: number): Promise<void> {
  return new Promise((done) => setTimeout(done, millis));
}
