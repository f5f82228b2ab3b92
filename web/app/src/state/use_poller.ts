// Connects components to a Poller: they render again when it has something new.

import type { Poller } from "bpflens";
import { useEffect, useState } from "preact/hooks";

/** Redraw rate while a script starts or a countdown runs, when no answer of the host triggers one. */
const COUNTING_MILLIS = 250;

/** The time of the last change, in milliseconds; a new one renders the component again. */
export function usePoller(poller: Poller, target: string): number {
  const [changedAt, setChangedAt] = useState(() => Date.now());
  useEffect(() => {
    const update = () => setChangedAt(Date.now());
    const unsubscribe = poller.onChange(update);
    const timer = setInterval(() => {
      if (isCounting(poller, target)) update();
    }, COUNTING_MILLIS);
    return () => {
      unsubscribe();
      clearInterval(timer);
    };
  }, [poller, target]);
  return changedAt;
}

function isCounting({ session }: Poller, target: string): boolean {
  const { state } = session.status(target, Date.now());
  return state === "registering" || state === "starting" || session.connection().state === "disconnected";
}
