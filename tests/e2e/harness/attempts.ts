// Repeats what a user would try again: something on the page that comes, goes and moves while it is pointed at.

import { waitFor } from "./wait.ts";

/** How long one of several attempts to use something fleeting may take. */
export const ATTEMPT_MILLIS = 3_000;

/**
 * Tries until nothing fails. `attempt` gives each of its steps `ATTEMPT_MILLIS`.
 *
 * Time is not all that an attempt can run out of: an editor that draws its lines anew between the moment an element is
 * found and the moment it is pointed at makes Playwright fail at once.
 */
export async function untilDone(what: string, attempt: () => Promise<void>): Promise<void> {
  const outcome = () =>
    attempt().then(
      () => "done",
      (error: unknown) => String(error),
    );
  await waitFor(what, outcome, (seen) => seen === "done");
}
