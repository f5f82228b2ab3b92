// A host that speaks just enough PMWEBAPI for one script with one keyed counter; answers as `bpflens serve` shapes them.

const SCRIPT_ID = "s0123456789abcdef0123456789abcdef";
const PREFIX = `bpftrace.scripts.${SCRIPT_ID}`;
const STATUS = { pmid: "151.100.0", name: `${PREFIX}.status` };
const PID = { pmid: "151.100.1", name: `${PREFIX}.pid` };
const PROBES = { pmid: "151.100.4", name: `${PREFIX}.probes` };
const BYTES = { pmid: "151.100.7", name: `${PREFIX}.data_bytes` };
const READS = { pmid: "151.100.10", name: `${PREFIX}.data.reads` };

/** Counts 100 more reads of `dd` with each fetch. */
export class FakeHost {
  /** Every request as `METHOD PATH`. */
  readonly requests: string[] = [];
  #source = "";
  #reads = 0;

  readonly fetch = async (address: string, init: RequestInit): Promise<Response> => {
    const url = new URL(address);
    this.requests.push(`${init.method} ${url.pathname}`);
    const call = url.pathname.split("/").at(-1);
    if (call === "store" && typeof init.body === "string") this.#source = init.body;
    return Response.json({ context: 7, ...this.#answer(call, url.searchParams.get("names") ?? "") });
  };

  #answer(call: string | undefined, names: string): object {
    switch (call) {
      case "context":
        return { source: "host", hostspec: "host", labels: {} };
      case "store":
        return { success: true };
      case "metric":
        return { metrics: this.#metrics() };
      case "indom":
        return {
          indom: "151.100010",
          labels: {},
          instances: [{ instance: 0, name: "dd", labels: { key0: "dd" } }],
        };
      default:
        return { timestamp: Date.now() / 1000, values: this.#values(names.split(",")) };
    }
  }

  #metrics(): object[] {
    const common = { sem: "instant", units: "none", labels: { agent: "bpftrace" } };
    return [
      { ...common, ...STATUS, type: "string" },
      { ...common, ...PID, type: "32" },
      { ...common, ...PROBES, type: "u32" },
      { ...common, ...BYTES, type: "u64" },
      { ...common, ...READS, type: "u64", sem: "counter", units: "count", indom: "151.100010" },
    ];
  }

  #values(names: readonly string[]): object[] {
    this.#reads += 100;
    const single = (metric: typeof STATUS, value: unknown) => ({
      ...metric,
      instances: [{ instance: null, value }],
    });
    const known = [
      single({ pmid: "151.0.0", name: "bpftrace.control.register" }, JSON.stringify(this.#script())),
      single(STATUS, "started"),
      single(PID, 42),
      single(PROBES, 1),
      single(BYTES, this.#reads),
      { ...READS, instances: [{ instance: 0, value: this.#reads }] },
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
      variables: { "@reads": { single: false, semantics: 1, datatype: 3, metrictype: null } },
      state: { status: "started", pid: 42, exit_code: 0, error: "", probes: 1, data_bytes: 0 },
    };
  }
}
