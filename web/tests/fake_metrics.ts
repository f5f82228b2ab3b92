// The maps of the fake host's script, one for each kind of picture.

/** A map or the printed text, as a metric. */
export interface FakeMetric {
  readonly leaf: string;
  /** Its number within the script. */
  readonly item: number;
  readonly type: "u64" | "string";
  readonly sem: "counter" | "instant";
  readonly labels: Readonly<Record<string, string>>;
  /** What the registration says of it. */
  readonly variable: object;
  /** Without them it has a single value. */
  readonly instances: readonly FakeInstance[] | undefined;
  /** What a fetch says; `fetches` counts up. */
  valuesAt(fetches: number): object[];
}

interface FakeInstance {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** What a fetch adds to it. */
  readonly step: number;
}

/** `dd` reads 100 times between two fetches, mostly 512 bytes, in two places of the kernel. */
export const FAKE_METRICS: readonly FakeMetric[] = [
  counter("reads", 10, {}, [{ name: "dd", labels: { key0: "dd" }, step: 100 }]),
  counter("sizes", 11, { metrictype: "histogram" }, [
    { name: "256-511", labels: { low: "256", high: "511" }, step: 10 },
    { name: "512-1023", labels: { low: "512", high: "1023" }, step: 90 },
  ]),
  counter("stacks", 12, { metrictype: "stacks" }, [
    {
      name: "\n        read_zero+1\n        vfs_read+2\n",
      labels: { key0: "\n        read_zero+1\n        vfs_read+2\n" },
      step: 70,
    },
    { name: "\n        vfs_read+2\n", labels: { key0: "\n        vfs_read+2\n" }, step: 30 },
  ]),
  {
    leaf: "output",
    item: 13,
    type: "string",
    sem: "instant",
    labels: { metrictype: "output" },
    variable: { single: true, semantics: 3, datatype: 6, metrictype: "output" },
    instances: undefined,
    valuesAt: () => [{ instance: null, value: "cpu,command\n0,dd\n" }],
  },
];

function counter(
  leaf: string,
  item: number,
  labels: FakeMetric["labels"],
  instances: readonly FakeInstance[],
): FakeMetric {
  return {
    leaf,
    item,
    type: "u64",
    sem: "counter",
    labels,
    variable: { single: false, semantics: 1, datatype: 3, metrictype: labels.metrictype ?? null },
    instances,
    valuesAt: (fetches) => instances.map(({ step }, instance) => ({ instance, value: step * fetches })),
  };
}
