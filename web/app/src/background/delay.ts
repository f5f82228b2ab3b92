// Timers that keep their pace in a hidden tab: a script that nobody polls for a minute is ended by the host.

import type { Delay } from "bpflens";

/** Timers of a worker, which browsers do not slow down as they do those of a hidden page. */
export function delayInWorker(): Delay {
  const worker = new Worker(new URL("./delay_worker.ts", import.meta.url), { type: "module" });
  const waiting = new Map<number, () => void>();
  let lastId = 0;
  worker.addEventListener("message", ({ data: id }: MessageEvent<number>) => {
    const callback = waiting.get(id);
    waiting.delete(id);
    callback?.();
  });
  return (callback, millis) => {
    lastId += 1;
    const id = lastId;
    waiting.set(id, callback);
    worker.postMessage({ id, millis });
    return () => waiting.delete(id);
  };
}
