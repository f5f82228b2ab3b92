// Says in one way, in panels and in the editor, that the host does not answer.

import type { ConnectionView } from "bpflens";

/** What is wrong and where to look; undefined while nothing is. */
export function connectionLoss({ state, message }: ConnectionView): string | undefined {
  if (state !== "disconnected") return undefined;
  // An answer without a text ends with the colon that would introduce it.
  const reason = (message ?? "").replace(/[:.\s]+$/, "") || "no answer";
  return `No connection to the host: ${reason}. It is asked again; the test in the settings of the data source says what is missing.`;
}
