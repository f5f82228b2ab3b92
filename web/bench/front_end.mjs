// Speed of the front end as WebAssembly beside the same code natively, in one run: pkg-scripts/bench-front-end.
//
// Both make the report of `bpflens check --json` of every script. Rounds alternate, so that a machine that grows slower
// does so for both; medians are compared. BENCH_SCRIPTS names another folder of scripts than tests/corpus.
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { loadCore } from "../../tests/parity/core.mjs";

const ROUNDS = 51;
/** Shortest round: a small folder is read several times. The native side knows the same number. */
const ROUND_BYTES = 1 << 20;
/** How much longer than natively it may take. */
const WANTED_RATIO = 2;

const root = fileURLToPath(new URL("../../", import.meta.url));
const folder = path.resolve(process.env.BENCH_SCRIPTS ?? path.join(root, "tests/corpus"));

const names = readdirSync(folder)
  .filter((name) => name.endsWith(".bt"))
  .sort();
const scripts = names.map((name) => readFileSync(path.join(folder, name), "utf8"));
const bytes = scripts.reduce((sum, script) => sum + Buffer.byteLength(script), 0);
const repetitions = Math.ceil(ROUND_BYTES / Math.max(bytes, 1));
if (scripts.length === 0) throw new Error(`no .bt file in ${folder}`);

const core = await loadCore();

/** Milliseconds of one round. */
function wasmRound() {
  const start = performance.now();
  for (let time = 0; time < repetitions; time++) {
    for (const script of scripts) core.checkJson("a.bt", script, undefined);
  }
  return performance.now() - start;
}

/** The native side runs a round for each line that it gets, and answers with the nanoseconds that it took. */
function startNative() {
  const command = ["bench", "--quiet", "-p", "bt_analysis", "--bench", "front_end", "--", "--on-request"];
  const native = spawn("cargo", command, {
    cwd: root,
    env: { ...process.env, BENCH_SCRIPTS: folder },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: native.stdout })[Symbol.asyncIterator]();
  return {
    async round() {
      native.stdin.write("round\n");
      const { value, done } = await lines.next();
      if (done) throw new Error("the native benchmark ended");
      return Number(value) / 1e6;
    },
    end: () => native.stdin.end(),
  };
}

function median(values) {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

const native = startNative();
const times = { wasm: [], native: [] };
// The first rounds compile and fill caches.
for (let round = 0; round < 3; round++) {
  wasmRound();
  await native.round();
}
for (let round = 0; round < ROUNDS; round++) {
  times.wasm.push(wasmRound());
  times.native.push(await native.round());
}
native.end();

const print = (line) => process.stdout.write(`${line}\n`);
const rate = (milliseconds) => ((bytes * repetitions) / milliseconds / 1e3).toFixed(1).padStart(7);
const [wasmTime, nativeTime] = [median(times.wasm), median(times.native)];
print(
  `\n${scripts.length} scripts of ${folder}, ${bytes} bytes, median of ${ROUNDS} rounds of report as JSON:`,
);
print(`  native       ${rate(nativeTime)} MB/s`);
print(
  `  WebAssembly  ${rate(wasmTime)} MB/s  ${(wasmTime / nativeTime).toFixed(2)} x the time  (wanted: ${WANTED_RATIO} x at most)`,
);
