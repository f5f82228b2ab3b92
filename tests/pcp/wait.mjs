// Waiting for a condition with a bound: a loaded machine makes a test slow, not wrong.

import { setTimeout as sleep } from "node:timers/promises";

/** How long anything may take that takes a second on an idle machine. */
export const PATIENCE_MILLIS = Number(process.env.PCP_PATIENCE_MILLIS ?? 30_000);
const PAUSE_MILLIS = 50;

/**
 * Tries until `attempt` neither throws nor answers `false`, and gives its answer. When the time is over, fails with
 * what the last attempt said.
 */
export async function eventually(what, attempt, withinMillis = PATIENCE_MILLIS) {
  const end = Date.now() + withinMillis;
  for (;;) {
    let reason = "the condition is false";
    try {
      const answer = await attempt();
      if (answer !== false) return answer;
    } catch (error) {
      reason = error;
    }
    if (Date.now() > end) {
      throw new Error(`not within ${withinMillis} ms: ${what}: ${reason.message ?? reason}`, {
        cause: reason,
      });
    }
    await sleep(PAUSE_MILLIS);
  }
}
