// Writes a value with its PCP unit the way people read it: scaled, with few digits.

interface Scale {
  /** Smallest magnitude, in the base unit, at which this step is used. */
  readonly from: number;
  readonly divisor: number;
  readonly symbol: string;
}

const SECONDS_SCALE: readonly Scale[] = [
  { from: 1, divisor: 1, symbol: "s" },
  { from: 1e-3, divisor: 1e-3, symbol: "ms" },
  { from: 1e-6, divisor: 1e-6, symbol: "µs" },
  { from: 0, divisor: 1e-9, symbol: "ns" },
];

const BYTE_SCALE: readonly Scale[] = [
  { from: 2 ** 40, divisor: 2 ** 40, symbol: "TiB" },
  { from: 2 ** 30, divisor: 2 ** 30, symbol: "GiB" },
  { from: 2 ** 20, divisor: 2 ** 20, symbol: "MiB" },
  { from: 2 ** 10, divisor: 2 ** 10, symbol: "KiB" },
  { from: 0, divisor: 1, symbol: "B" },
];

const NUMBER_SCALE: readonly Scale[] = [
  { from: 1e12, divisor: 1e12, symbol: "T" },
  { from: 1e9, divisor: 1e9, symbol: "G" },
  { from: 1e6, divisor: 1e6, symbol: "M" },
  { from: 1e4, divisor: 1e3, symbol: "k" },
  { from: 0, divisor: 1, symbol: "" },
];

/** How many base units (seconds, bytes) one unit of this name is. */
const UNITS: Readonly<Record<string, { factor: number; scale: readonly Scale[] }>> = {
  nanosec: { factor: 1e-9, scale: SECONDS_SCALE },
  microsec: { factor: 1e-6, scale: SECONDS_SCALE },
  millisec: { factor: 1e-3, scale: SECONDS_SCALE },
  sec: { factor: 1, scale: SECONDS_SCALE },
  byte: { factor: 1, scale: BYTE_SCALE },
  Kbyte: { factor: 2 ** 10, scale: BYTE_SCALE },
  Mbyte: { factor: 2 ** 20, scale: BYTE_SCALE },
  Gbyte: { factor: 2 ** 30, scale: BYTE_SCALE },
  // Seconds a second: two CPUs that are busy all the time make 200 %.
  utilisation: { factor: 100, scale: [{ from: 0, divisor: 1, symbol: "%" }] },
};

const PLAIN = { factor: 1, scale: NUMBER_SCALE };

/** `12.5 ms`, `3.2 KiB/s`, `48.1 k`; an em dash for no value. */
export function formatValue(value: number | null | undefined, unit: string): string {
  if (value === null || value === undefined || Number.isNaN(value)) return "—";
  const { base, perSecond } = splitUnit(unit);
  const { factor, scale } = UNITS[base] ?? PLAIN;
  const amount = value * factor;
  const magnitude = Math.abs(amount);
  // Zero is written in the unit itself, not in the smallest step of its scale.
  const step =
    (magnitude === 0 ? scale.find((s) => s.divisor === factor) : undefined) ?? stepFor(magnitude, scale);
  const symbol = step.symbol + (perSecond ? "/s" : "");
  return symbol === "" ? digits(amount / step.divisor) : `${digits(amount / step.divisor)} ${symbol}`;
}

/** The unit as a short word for a heading: `µs`, `bytes`, `per second`; empty if there is none. */
export function unitLabel(unit: string): string {
  const { base, perSecond } = splitUnit(unit);
  const words: Record<string, string> = {
    nanosec: "ns",
    microsec: "µs",
    millisec: "ms",
    sec: "s",
    byte: "bytes",
    count: "",
    none: "",
  };
  const word = words[base] ?? base;
  if (!perSecond) return word;
  return word === "" ? "per second" : `${word} per second`;
}

/** All digits, in groups: for tables and tooltips. */
export function formatExact(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: 6 });
}

function splitUnit(unit: string): { base: string; perSecond: boolean } {
  const [base = "", per = ""] = unit.split("/").map((part) => part.trim());
  return { base: base === "" ? "none" : base, perSecond: per.startsWith("s") };
}

function stepFor(magnitude: number, scale: readonly Scale[]): Scale {
  const found = scale.find((step) => magnitude >= step.from);
  return found ?? { from: 0, divisor: 1, symbol: "" };
}

function digits(value: number): string {
  const magnitude = Math.abs(value);
  if (Number.isInteger(value)) return value.toLocaleString("en-US");
  const decimals = magnitude >= 100 ? 0 : magnitude >= 10 ? 1 : 2;
  if (magnitude < 0.01) return value.toPrecision(2);
  return value.toLocaleString("en-US", { maximumFractionDigits: decimals });
}
