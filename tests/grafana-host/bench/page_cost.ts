// What a page's main thread does, by Chromium's own counters.

import { sleep } from "../../e2e/harness/wait.ts";
import type { GrafanaPage } from "../harness/grafana_page.ts";

export const RUN_MILLIS = 10_000;

/** Of one run; times are milliseconds a second. */
export interface Cost {
  /** Of tasks from their start to their end: grows with whatever else the machine does meanwhile. */
  readonly taskMillis: number;
  /** Of the main thread on a processor. */
  readonly processorMillis: number;
  readonly heapMegabytes: number;
}

/** What the page does from now on. */
export async function costOf({ page }: GrafanaPage): Promise<Cost> {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  const read = async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    const value = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? Number.NaN;
    return {
      time: value("Timestamp"),
      task: value("TaskDuration"),
      processor: value("ThreadTime"),
      heap: value("JSHeapUsedSize"),
    };
  };
  const before = await read();
  await sleep(RUN_MILLIS);
  const after = await read();
  await session.detach();
  const seconds = after.time - before.time;
  return {
    taskMillis: ((after.task - before.task) * 1_000) / seconds,
    processorMillis: ((after.processor - before.processor) * 1_000) / seconds,
    heapMegabytes: after.heap / 1e6,
  };
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
