// The names of a host's probes for completion, read once for each endpoint however many editors are open.

import type { Poller, ProbeIndex } from "bpflens";
import type { Core } from "../../core/load";

/** Kept as long as the endpoint's poller is. A failed read is forgotten, so that the next editor tries again. */
const indexes = new WeakMap<Poller, Promise<ProbeIndex>>();

/** The index of the probes that the host of this poller has. Rejects if it does not tell. */
export function probeIndex(core: Core, poller: Poller): Promise<ProbeIndex> {
  const known = indexes.get(poller);
  if (known !== undefined) return known;
  const index = poller.info("tracepoints").then((names) => new core.ProbeIndex(names));
  indexes.set(poller, index);
  index.catch(() => indexes.delete(poller));
  return index;
}
