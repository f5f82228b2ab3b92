// Repeats what a user would try again: something on the page that comes, goes and moves while it is pointed at.

import { errors } from "playwright-core";
import { waitFor } from "./wait.ts";

/** How long one of several attempts to use something fleeting may take. */
export const ATTEMPT_MILLIS = 3_000;

/** Tries until nothing times out. `attempt` gives each of its steps `ATTEMPT_MILLIS`. */
export async function untilDone(what: string, attempt: () => Promise<void>): Promise<void> {
  const outcome = () =>
    attempt().then(
      () => "done",
      (error: unknown) => {
        if (error instanceof errors.TimeoutError) return error.message;
        throw error;
      },
    );
  await waitFor(what, outcome, (seen) => seen === "done");
}
