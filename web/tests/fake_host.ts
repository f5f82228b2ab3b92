// A host that speaks just enough PMWEBAPI for one script; answers as `bpflens serve` shapes them.

import { FAKE_METRICS, type FakeMetric } from "./fake_metrics.ts";

const SCRIPT_ID = "s0123456789abcdef0123456789abcdef";
const PREFIX = `bpftrace.scripts.${SCRIPT_ID}`;
/** By the number of fetches so far; `data_bytes` that stand still would mean that the script has printed nothing new. */
const STATE: readonly (readonly [leaf: string, type: string, valueAt: (fetches: number) => unknown])[] = [
  ["status", "string", () => "started"],
  ["pid", "32", () => 42],
  ["probes", "u32", () => 1],
  ["data_bytes", "u64", (fetches) => 100 * fetches],
];

/** Runs any script; its maps are those of `FAKE_METRICS` in any case, and grow with each fetch. */
export class FakeHost {
  /** Every request as `METHOD PATH`. */
  readonly requests: string[] = [];
  /** The bodies of all commands. */
  readonly commands: string[] = [];
  #source = "BEGIN { @x = 1; }";
  #fetches = 0;

  readonly fetch = async (address: string, init: RequestInit): Promise<Response> => {
    const url = new URL(address);
    this.requests.push(`${init.method} ${url.pathname}`);
    const call = url.pathname.split("/").at(-1);
    const name = url.searchParams.get("name") ?? "";
    if (call === "store" && typeof init.body === "string") {
      this.commands.push(`${name.split(".").at(-1)} ${init.body}`);
      if (name.endsWith(".register")) this.#source = init.body;
    }
    return Response.json({ context: 7, ...this.#answer(call, url.searchParams.get("names") ?? name) });
  };

  #answer(call: string | undefined, names: string): object {
    switch (call) {
      case "context":
        return { source: "host", hostspec: "host", labels: {} };
      case "store":
        return { success: true };
      case "metric":
        return { metrics: [...STATE.map(stateInfo), ...FAKE_METRICS.map(metricInfo)] };
      case "indom":
        return this.#instances(names);
      default:
        return { timestamp: Date.now() / 1000, values: this.#values(names.split(",")) };
    }
  }

  #instances(name: string): object {
    const metric = FAKE_METRICS.find(({ leaf }) => name === `${PREFIX}.data.${leaf}`);
    const instances = metric?.instances ?? [];
    return {
      indom: metric && indomOf(metric),
      labels: {},
      instances: instances.map(({ name, labels }, instance) => ({ instance, name, labels })),
    };
  }

  #values(names: readonly string[]): object[] {
    this.#fetches += 1;
    const fetches = this.#fetches;
    const single = (name: string, value: unknown) => ({
      pmid: "151.0.0",
      name,
      instances: [{ instance: null, value }],
    });
    const known = [
      single("bpftrace.control.register", JSON.stringify(this.#script())),
      single("bpftrace.control.deregister", JSON.stringify({ success: "true" })),
      single("bpftrace.agent.version", "0.1.0"),
      single("bpftrace.agent.bpftrace_version", "0.17.0"),
      single("bpftrace.info.tracepoints", "tracepoint:syscalls:sys_enter_read,tracepoint:sched:sched_switch"),
      single("bpftrace.info.scripts_json", JSON.stringify([{ ...this.#script(), leases: 1 }])),
      ...STATE.map(([leaf, , valueAt]) => single(`${PREFIX}.${leaf}`, valueAt(fetches))),
      ...FAKE_METRICS.map((metric) => ({ ...metricInfo(metric), instances: metric.valuesAt(fetches) })),
    ];
    return known.filter(({ name }) => names.includes(name));
  }

  #script(): object {
    return {
      script_id: SCRIPT_ID,
      username: null,
      persistent: false,
      created_at: "2026-01-01T00:00:00.000000",
      last_accessed_at: "2026-01-01T00:00:00.000000",
      code: this.#source,
      metadata: { name: null, include: null, table_retain_lines: null, custom_output_block: false },
      variables: Object.fromEntries(FAKE_METRICS.map(({ leaf, variable }) => [`@${leaf}`, variable])),
      state: { status: "started", pid: 42, exit_code: 0, error: "", probes: 1, data_bytes: 0 },
    };
  }
}

function stateInfo([leaf, type]: (typeof STATE)[number], item: number) {
  return {
    ...COMMON,
    pmid: `151.100.${item}`,
    name: `${PREFIX}.${leaf}`,
    type,
    labels: { agent: "bpftrace" },
  };
}

function metricInfo(metric: FakeMetric) {
  const { leaf, labels, type, sem } = metric;
  return {
    ...COMMON,
    pmid: `151.100.${metric.item}`,
    name: `${PREFIX}.data.${leaf}`,
    type,
    sem,
    labels: { agent: "bpftrace", ...labels },
    ...(metric.instances === undefined ? {} : { indom: indomOf(metric) }),
  };
}

const COMMON = { sem: "instant", units: "none" };
const indomOf = ({ item }: FakeMetric) => `151.1000${item}`;
