// Asks the agent for its lists and gives it commands, outside of what the panels poll; each call in a context of its own.

import { asRecord, isRecord, parseJson } from "./json.ts";
import type { TransportRequest, TransportResponse } from "./transport.ts";

/** A list that the agent has. */
export type HostInfo = "tracepoints" | "scripts";

/** What can be done to a script on the host. */
export type HostCommand = "start" | "stop" | "deregister";

/** An instance of a metric. */
export interface MetricInstance {
  readonly name: string;
  /** Parts of the map's key (`key0`, `key1`, …), bounds of a bucket (`low`, `high`); PCP's own agent gives none. */
  readonly labels: Readonly<Record<string, string>>;
}

type Ask = (request: TransportRequest) => Promise<TransportResponse>;

const INFO_METRICS: Record<HostInfo, string> = {
  tracepoints: "bpftrace.info.tracepoints",
  scripts: "bpftrace.info.scripts_json",
};
/** Seconds after which the host drops the context of a call. */
const CONTEXT_SECONDS = 15;
/** `bpftrace -l` and a process that has to end take their time. */
const TIMEOUT_MILLIS = 10_000;

/**
 * The text of a list: `bpftrace.info.tracepoints` (names separated by commas) or `bpftrace.info.scripts_json`.
 *
 * @throws Error if the host does not answer or has no such list
 */
export async function askInfo(ask: Ask, hostspec: string | undefined, what: HostInfo): Promise<string> {
  const context = await openContext(ask, hostspec);
  const metric = INFO_METRICS[what];
  const text = await fetchText(ask, context, metric);
  if (text === undefined) throw new Error(`the host has no ${metric}: does its bpftrace agent run?`);
  return text;
}

/**
 * The instances that a metric has on the host, in its order; none of a metric with a single value.
 *
 * @throws Error if the host does not answer or has no such metric
 */
export async function askInstances(
  ask: Ask,
  hostspec: string | undefined,
  metric: string,
): Promise<MetricInstance[]> {
  const context = await openContext(ask, hostspec);
  const reply = asRecord(await get(ask, `/pmapi/${context}/indom?${new URLSearchParams({ name: metric })}`));
  const instances: unknown[] = Array.isArray(reply.instances) ? reply.instances : [];
  return instances.flatMap((instance) => {
    const { name, labels } = asRecord(instance);
    return typeof name === "string" ? [{ name, labels: textsOf(asRecord(labels)) }] : [];
  });
}

/**
 * Carries out a command on a script, named by its id or name.
 *
 * @throws Error with the agent's reason if it was refused
 */
export async function giveCommand(
  ask: Ask,
  hostspec: string | undefined,
  command: HostCommand,
  script: string,
): Promise<void> {
  const context = await openContext(ask, hostspec);
  const metric = `bpftrace.control.${command}`;
  const stored = await ask({
    method: "POST",
    path: `/pmapi/${context}/store?name=${metric}`,
    body: script,
    timeoutMillis: TIMEOUT_MILLIS,
  });
  const refusal = stored.status === 200 ? undefined : messageOf(stored);
  const reply = await fetchText(ask, context, metric).catch(() => undefined);
  const reason = reasonIn(reply);
  if (refusal !== undefined || reason !== undefined) throw new Error(reason ?? refusal);
}

async function openContext(ask: Ask, hostspec: string | undefined): Promise<number> {
  const parameters = new URLSearchParams({ polltimeout: `${CONTEXT_SECONDS}` });
  if (hostspec) parameters.set("hostspec", hostspec);
  const opened = await get(ask, `/pmapi/context?${parameters}`);
  if (isRecord(opened) && typeof opened.context === "number") return opened.context;
  throw new Error("the answer is not PMWEBAPI's");
}

/** Labels of an administrator's own may be anything. */
function textsOf(labels: Record<string, unknown>): Record<string, string> {
  const texts = Object.entries(labels).filter(
    (label): label is [string, string] => typeof label[1] === "string",
  );
  return Object.fromEntries(texts);
}

async function fetchText(ask: Ask, context: number, metric: string): Promise<string | undefined> {
  const reply = await get(ask, `/pmapi/${context}/fetch?names=${metric}`);
  const values: unknown[] = isRecord(reply) && Array.isArray(reply.values) ? reply.values : [];
  const found = values.filter(isRecord).find(({ name }) => name === metric);
  const instances: unknown[] = Array.isArray(found?.instances) ? found.instances : [];
  const first = instances.find(isRecord);
  return typeof first?.value === "string" ? first.value : undefined;
}

async function get(ask: Ask, path: string): Promise<unknown> {
  const response = await ask({ method: "GET", path, timeoutMillis: TIMEOUT_MILLIS });
  if (response.status !== 200) throw new Error(messageOf(response));
  return parseJson(response.body);
}

/** `{"success":"false","error":"…"}` is what an agent leaves to be read of a command that it refused. */
function reasonIn(reply: string | undefined): string | undefined {
  const outcome = parseJson(reply ?? "");
  return isRecord(outcome) && typeof outcome.error === "string" ? outcome.error : undefined;
}

function messageOf({ status, body }: TransportResponse): string {
  const error = parseJson(body);
  return isRecord(error) && typeof error.message === "string" ? error.message : `HTTP ${status}`;
}
