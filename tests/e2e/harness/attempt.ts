// Uses what is on screen for a moment only.

import { errors } from "playwright-core";
import { waitFor } from "./wait.ts";

/** How long one of several attempts may wait for each thing that it uses. */
export const ATTEMPT_MILLIS = 3_000;

/** Tries again as long as an attempt waits in vain; any other error ends it. */
export async function attemptUntilDone(what: string, attempt: () => Promise<void>): Promise<void> {
  const missed = (error: unknown) => {
    if (error instanceof errors.TimeoutError) return error.message;
    throw error;
  };
  await waitFor(
    what,
    () => attempt().then(() => "done", missed),
    (outcome) => outcome === "done",
  );
}
