// Says in one way, in panels and in the editor, that the host does not answer.

import type { ConnectionView } from "bpflens";

/** What is wrong and where to look; undefined while nothing is. */
export function connectionLoss({ state, message }: ConnectionView): string | undefined {
  if (state !== "disconnected") return undefined;
  const reason = (message ?? "no answer").replace(/\.$/, "");
  return `No connection to the host: ${reason}. It is asked again; the test in the settings of the data source says what is missing.`;
}
