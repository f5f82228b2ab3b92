// Translates PCP's units, as the core gives them, into the ids of Grafana's.

/** Ids are those of `getValueFormats()` in @grafana/data, the same from 11.1 to 13. */
const GRAFANA_UNITS: ReadonlyMap<string, string> = new Map([
  ["nanosec", "ns"],
  ["microsec", "µs"],
  ["millisec", "ms"],
  ["sec", "s"],
  ["min", "m"],
  ["hour", "h"],
  ["byte", "bytes"],
  ["Kbyte", "kbytes"],
  ["Mbyte", "mbytes"],
  ["Gbyte", "gbytes"],
  ["Tbyte", "tbytes"],
  ["Pbyte", "pbytes"],
  ["byte/s", "binBps"],
  ["Kbyte/s", "KiBs"],
  ["Mbyte/s", "MiBs"],
  ["Gbyte/s", "GiBs"],
  ["Tbyte/s", "TiBs"],
  ["Pbyte/s", "PiBs"],
  ["count", "short"],
  ["none", "short"],
  ["", "short"],
  ["count/s", "cps"],
  ["/s", "cps"],
  // One second of every second is a whole processor: 100 %.
  ["utilisation", "percentunit"],
]);

/** The id of the unit; a unit that Grafana does not know is written behind the number. */
export function grafanaUnit(unit: string): string {
  return GRAFANA_UNITS.get(unit) ?? `suffix:${unit}`;
}
