// Asks the host, stage by stage, whether a script could run there, and says what to do where it could not.

import { asRecord, isRecord, parseJson } from "./json.ts";

/** What keeps scripts from running, from the browser's side to bpftrace. */
export type HealthProblem =
  /** Nothing answers at the address, or a proxy in between says so. */
  | "unreachable"
  /** A proxy or `bpflens serve` wants to know who asks, or refuses who asks. */
  | "unauthorised"
  /** Something answers that does not speak pmproxy's API. */
  | "not-pmproxy"
  /** pmproxy cannot reach the pmcd of that host. */
  | "no-pmcd"
  /** pmcd has no bpftrace agent. */
  | "no-agent"
  /** The agent starts no scripts for clients. */
  | "scripts-off"
  /** The agent starts scripts for some users, and this client is none of them. */
  | "denied"
  /** The agent has no bpftrace that it can run. */
  | "no-bpftrace"
  /** The agent's bpftrace cannot be given scripts. */
  | "old-bpftrace"
  /** bpftrace has not said its version yet. */
  | "starting"
  /** The agent refuses commands for another reason, which the message has. */
  | "refused";

/** Who answered, as far as it told. */
export interface HealthFacts {
  readonly host?: string;
  readonly agentVersion?: string;
  readonly bpftraceVersion?: string;
}

/** Whether scripts can run; if not, why, and what to do about it in one or two sentences. */
export type HealthReport = HealthFacts &
  (
    | { readonly ok: true; readonly message: string }
    | {
        readonly ok: false;
        readonly problem: HealthProblem;
        readonly message: string;
        readonly remedy: string;
      }
  );

/** What a `Transport` is given and returns, as far as this report needs it. */
export type Ask = (request: {
  method: "GET" | "POST";
  path: string;
  body?: string;
  timeoutMillis: number;
}) => Promise<{ status: number; body: string }>;

/** How long each of the (at most four) questions may take. */
const TIMEOUT_MILLIS = 10_000;
/** Seconds after which pmproxy drops the context of this report by itself. */
const CONTEXT_SECONDS = 15;
const COMMAND = "bpftrace.control.deregister";
/** A list of no scripts: the agent checks who asks and whether bpftrace is there, and then does nothing. */
const NO_SCRIPTS = ",";
const AGENT_METRICS = [COMMAND, "bpftrace.agent.version", "bpftrace.agent.bpftrace_version"];

/** Asks the host `hostspec` (by default pmproxy's own). Never rejects: what went wrong is the report. */
export async function health(ask: Ask, hostspec?: string): Promise<HealthReport> {
  let facts: HealthFacts = {};
  try {
    const opened = await openContext(ask, hostspec);
    facts = { ...(opened.host === undefined ? {} : { host: opened.host }) };
    const agent = await askAgent(ask, opened.context);
    facts = { ...facts, ...agent };
    await askPermission(ask, opened.context);
    return { ok: true, message: healthyMessage(facts), ...facts };
  } catch (error) {
    if (error instanceof Unhealthy) return { ok: false, ...error.finding, ...facts };
    throw error;
  }
}

interface Finding {
  readonly problem: HealthProblem;
  readonly message: string;
  readonly remedy: string;
}

/** Ends the questions: the later ones would only repeat this answer. */
class Unhealthy extends Error {
  readonly finding: Finding;

  constructor(problem: HealthProblem, message: string, remedy: string) {
    super(message);
    this.finding = { problem, message, remedy };
  }
}

async function openContext(ask: Ask, hostspec: string | undefined) {
  const parameters = new URLSearchParams({ polltimeout: `${CONTEXT_SECONDS}` });
  if (hostspec) parameters.set("hostspec", hostspec);
  const { status, json } = await question(ask, "GET", `/pmapi/context?${parameters}`);
  if (status === 200 && typeof json.context === "number") {
    const labels = asRecord(json.labels);
    const host = [labels.hostname, json.hostspec].find((name) => typeof name === "string");
    return { context: json.context, host: host as string | undefined };
  }
  if (status === 400 && typeof json.message === "string") {
    throw new Unhealthy(
      "no-pmcd",
      `pmproxy answers, but ${hostspec ? `the pmcd of ${hostspec}` : "its pmcd"} does not: ${json.message}.`,
      `Start pmcd there (systemctl enable --now pmcd), see that its port, 44321, can be reached from pmproxy, and check the host specification.`,
    );
  }
  throw notPmproxy(status);
}

async function askAgent(ask: Ask, context: number): Promise<HealthFacts> {
  const { status, json } = await question(
    ask,
    "GET",
    `/pmapi/${context}/fetch?names=${AGENT_METRICS.join(",")}`,
  );
  const values = readValues(json);
  // pmproxy 6 leaves out names that do not exist, others refuse the fetch.
  if ((status === 200 || status === 400) && !values.has(COMMAND)) {
    throw new Unhealthy(
      "no-agent",
      "pmcd answers, but no bpftrace agent runs under it.",
      "Install the agent on that host (cd /var/lib/pcp/pmdas/bpftrace && sudo ./Install). If it is installed, its log, bpftrace.log beside pmcd's, says why it ended.",
    );
  }
  if (status !== 200) throw notPmproxy(status);
  const agentVersion = values.get("bpftrace.agent.version");
  const bpftraceVersion = values.get("bpftrace.agent.bpftrace_version");
  return {
    ...(agentVersion ? { agentVersion } : {}),
    ...(bpftraceVersion ? { bpftraceVersion } : {}),
  };
}

/** Gives a command that does nothing, and reads why it was refused if it was. */
async function askPermission(ask: Ask, context: number): Promise<void> {
  const stored = await question(ask, "POST", `/pmapi/${context}/store?name=${COMMAND}`, NO_SCRIPTS);
  if (stored.status === 200) return;
  if (stored.status !== 400 || typeof stored.json.message !== "string") throw notPmproxy(stored.status);
  const fetched = await question(ask, "GET", `/pmapi/${context}/fetch?names=${COMMAND}`);
  const reason = readReason(readValues(fetched.json).get(COMMAND));
  // PCP's agent says so of an empty list, and by that it has carried out the command.
  if (reason?.includes("scripts were not found")) return;
  const refusal = reason === undefined ? unexplained(stored.json.message) : explained(reason);
  if (refusal !== undefined) throw refusal;
}

/** What the agent's words mean; they are its own, so they stand in the message. */
function explained(reason: string): Unhealthy {
  const message = `The bpftrace agent refuses commands: ${reason}.`;
  for (const [words, problem, remedy] of REASONS) {
    if (words.test(reason)) return new Unhealthy(problem, message, remedy);
  }
  return new Unhealthy("refused", message, "The agent's log, bpftrace.log beside pmcd's, says more.");
}

const CONFIGURE =
  "in [dynamic_scripts] of bpftrace.conf on that host, then reload it (pkill -HUP pmdabpftrace)";
const REASONS: readonly (readonly [RegExp, HealthProblem, string])[] = [
  [/dynamic scripts are off/, "scripts-off", `Set enabled = true ${CONFIGURE}.`],
  [
    /not authenticated|not one of/,
    "denied",
    `pmproxy must tell pmcd who asks: give a user and password that pmcd accepts, and name the user among allowed_users ${CONFIGURE}. On a host where everybody who reaches pmproxy may run scripts, set auth_enabled = false instead.`,
  ],
  [
    /too old/,
    "old-bpftrace",
    "Install a newer bpftrace on that host, or set bpftrace_path in bpftrace.conf to one.",
  ],
  [
    /has not answered yet/,
    "starting",
    "Try again in some seconds. If it stays so, run bpftrace --version on that host.",
  ],
  [
    /not found|cannot be run/,
    "no-bpftrace",
    "Install bpftrace on that host (apt install bpftrace, dnf install bpftrace), or set bpftrace_path in bpftrace.conf; the agent finds it without a restart.",
  ],
];

/** PCP's own agent gives no reasons; of its two refusals, only one means that the command was not allowed. */
function unexplained(message: string): Unhealthy | undefined {
  if (!/permission/i.test(message)) return undefined;
  return new Unhealthy(
    "denied",
    "The bpftrace agent does not let this client run scripts.",
    `Either its dynamic scripts are off, or the client is none of its allowed users: see enabled, auth_enabled and allowed_users ${CONFIGURE}; PCP's own agent must be restarted.`,
  );
}

async function question(ask: Ask, method: "GET" | "POST", path: string, body?: string) {
  const request = { method, path, timeoutMillis: TIMEOUT_MILLIS, ...(body === undefined ? {} : { body }) };
  let answer: { status: number; body: string };
  try {
    answer = await ask(request);
  } catch (error) {
    throw unreachable(error instanceof Error ? error.message : String(error));
  }
  const { status } = answer;
  if (status === 401 || status === 403 || status === 407) {
    throw new Unhealthy(
      "unauthorised",
      `The server does not let this client in (HTTP ${status}).`,
      "Give the user and password that the proxy in front of pmproxy wants; for bpflens serve, the token that it printed.",
    );
  }
  // Grafana's proxy and others answer so when the server behind them does not.
  if (status === 502 || status === 503 || status === 504) throw unreachable(`HTTP ${status}`);
  return { status, json: asRecord(parseJson(answer.body)) };
}

const unreachable = (reason: string) =>
  new Unhealthy(
    "unreachable",
    `Nothing answers at this address (${reason}).`,
    "Check the URL, and start pmproxy on that host (systemctl enable --now pmproxy) or bpflens serve; pmproxy listens on port 44322.",
  );

const notPmproxy = (status: number) =>
  new Unhealthy(
    "not-pmproxy",
    `A server answers at this address, but not as pmproxy does (HTTP ${status}).`,
    "The URL is to be that of pmproxy, as http://host:44322, without a path (or with the path that a proxy puts before it).",
  );

function healthyMessage({ host, agentVersion, bpftraceVersion }: HealthFacts): string {
  const agent = agentVersion ? `the bpftrace agent ${agentVersion}` : "PCP's bpftrace agent";
  const by = bpftraceVersion ? ` with bpftrace ${bpftraceVersion}` : "";
  return `Scripts can run${host ? ` on ${host}` : ""}: ${agent} answers${by}.`;
}

/** Texts of single-valued metrics by name. */
function readValues(json: Record<string, unknown>): Map<string, string> {
  const values = new Map<string, string>();
  for (const entry of Array.isArray(json.values) ? json.values : []) {
    if (!isRecord(entry) || typeof entry.name !== "string" || !Array.isArray(entry.instances)) continue;
    const [first] = entry.instances;
    values.set(entry.name, isRecord(first) && typeof first.value === "string" ? first.value : "");
  }
  return values;
}

function readReason(reply: string | undefined): string | undefined {
  const { error } = asRecord(parseJson(reply ?? ""));
  return typeof error === "string" && error !== "" ? error.replace(/\.$/, "") : undefined;
}
