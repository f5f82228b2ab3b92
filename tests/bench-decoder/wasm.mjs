// Decodes the stream of the given number in WebAssembly, and says how many MB/s that takes.
import { createRequire } from "node:module";

const { DecoderRun } = createRequire(import.meta.url)("../../target/bench-decoder/bench_decoder.js");
const run = new DecoderRun(Number(process.argv[2]));
let best = Infinity;
const end = performance.now() + 1500;
while (performance.now() < end) {
    const start = performance.now();
    run.once();
    best = Math.min(best, performance.now() - start);
}
console.log(run.bytes() / 1e3 / best);
