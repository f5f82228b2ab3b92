// Speed of completion over the probes of a host, in WebAssembly, beside a plain filter in JavaScript, in one run:
// pkg-scripts/bench-completion.
//
// Each query is typed letter by letter; each letter is a search. The plain filter is what an editor without an index
// does: the first hundred names that hold the text, as they come. BENCH_PROBES names a file of names, one a line, also
// gzipped; without it the names are those that `bpftrace -l` lists here.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

import { loadCore } from "../../tests/parity/core.mjs";

const ROUNDS = 21;
/** Proposals of one answer. */
const LIMIT = 100;
const QUERIES = [
  "vfs_r",
  "sys_enter_op",
  "tcp:retr",
  "kprobe:vfs",
  "tracepoint:sched:sw",
  "blkrq",
  "zzqqxx",
  "e_s",
];
const WANTED = { medianMillis: 2, rank: 3, indexMegabytes: 12 };

const names = readNames();
const text = names.join(",");
const core = await loadCore();
// The core is loaded: this only hands out what it exports.
const { memory } = core.initSync();

const memoryBefore = memory.buffer.byteLength;
const start = performance.now();
const index = new core.ProbeIndex(text);
const buildMillis = performance.now() - start;
const grownMegabytes = (memory.buffer.byteLength - memoryBefore) / 1e6;

const keystrokes = QUERIES.flatMap((query) => [...query].map((_, last) => query.slice(0, last + 1)));
const times = { index: [], filter: [] };
const slowest = new Map();
for (let round = 0; round < ROUNDS + 1; round++) {
  for (const typed of keystrokes) {
    const indexMillis = timeOf(() => index.search(typed, LIMIT));
    const filterMillis = timeOf(() => plainFilter(typed));
    // The first round compiles.
    if (round === 0) continue;
    times.index.push(indexMillis);
    times.filter.push(filterMillis);
    slowest.set(typed, [...(slowest.get(typed) ?? []), indexMillis]);
  }
}

report();

function readNames() {
  const file = process.env.BENCH_PROBES;
  if (file === undefined) {
    return execFileSync("bpftrace", ["-l"], { encoding: "utf8", maxBuffer: 1 << 28 })
      .split("\n")
      .filter(Boolean);
  }
  const bytes = readFileSync(file);
  return (file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8").split("\n").filter(Boolean);
}

function plainFilter(typed) {
  const found = [];
  for (const name of names) {
    if (name.includes(typed) && found.push(name) === LIMIT) break;
  }
  return found;
}

function timeOf(action) {
  const begin = performance.now();
  action();
  return performance.now() - begin;
}

function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

function report() {
  const print = (line) => process.stdout.write(`${line}\n`);
  const millis = (value) => `${value.toFixed(2)} ms`.padStart(9);
  const line = (name, values) =>
    print(
      `  ${name.padEnd(18)} median ${millis(quantile(values, 0.5))}  p99 ${millis(quantile(values, 0.99))}`,
    );
  print(
    `\n${names.length} names, ${keystrokes.length} keystrokes, ${ROUNDS} rounds, the first ${LIMIT} of each:`,
  );
  line("index (WASM)", times.index);
  line("plain filter (JS)", times.filter);
  print(`  wanted: median ${WANTED.medianMillis} ms at most`);
  const worst = [...slowest]
    .map(([typed, values]) => [quantile(values, 0.5), typed])
    .sort((a, b) => b[0] - a[0]);
  print(
    `  slowest: ${worst
      .slice(0, 4)
      .map(([value, typed]) => `"${typed}" ${millis(value).trim()}`)
      .join(", ")}`,
  );
  print(
    `  index built in ${millis(buildMillis).trim()}, ${(index.memoryBytes / 1e6).toFixed(1)} MB (wanted: ${WANTED.indexMegabytes} MB at most)`,
  );
  print(
    `  memory of the core grew by ${grownMegabytes.toFixed(1)} MB, the names' text of ${(text.length / 1e6).toFixed(1)} MB among it while it was read`,
  );
  const rank = (list) => list.indexOf("kprobe:vfs_read") + 1 || "none";
  print(
    `  kprobe:vfs_read for "vfs_r": place ${rank(index.search("vfs_r", LIMIT))} (wanted: ${WANTED.rank} at most), plain filter ${rank(plainFilter("vfs_r"))}`,
  );
}
