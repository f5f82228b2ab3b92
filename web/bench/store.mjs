// The store and its frames as WebAssembly beside a plain JavaScript ring, in one run: pkg-scripts/bench-store.
//
// Half an hour at a poll a second goes through a Session as the text that a host sends. Then: how much memory that took,
// how long a poll takes beside JSON.parse of the same text alone, and how long a panel waits for its frame. The ring is
// what one would write without a core: a Float64Array per instance, rates in a loop. The third column is what
// grafana-pcp 6.1 needed for the same on a machine of this class: an object per sample, a frame per query.
import { FakeHost } from "../../tests/parity/fake_host.mjs";
import { loadCore } from "./core.mjs";
import { PlainRing } from "./plain_ring.mjs";

const SAMPLES = 1_800;
const ROUNDS = 15;
/** How long an action is repeated before it is measured. */
const WARM_UP_MILLIS = 500;
/** Polls whose time is taken, after those that fill the store. */
const TIMED_POLLS = 60;
const LEAF = "reads";
const TARGET = "panel";

/** grafana-pcp's milliseconds for a query of half an hour and megabytes for its samples; how much faster is wanted. */
const PEER = new Map([
  [20, { millis: 2.6, megabytes: 2.1, wanted: 10 }],
  [1_000, { millis: 246, megabytes: 83, wanted: 20 }],
  [4_096, { millis: 3_400, megabytes: 338, wanted: 80 }],
]);
const PEER_FLAME_MILLIS = 286;
const WANTED_BYTES_A_SAMPLE = 10;
const WANTED_INGEST_RATIO = 1.5;

const print = (line) => process.stdout.write(`${line}\n`);

/** A session and a ring that have both seen half an hour of these instances. */
async function fill(instances, labels = {}) {
  const { core, memory } = await loadCore();
  const host = new FakeHost([{ leaf: LEAF, labels, instances }]);
  const session = new core.Session({ maxBytes: 2 ** 30, retentionSeconds: SAMPLES });
  const before = memory.buffer.byteLength;
  session.run(TARGET, `BEGIN { @${LEAF}["x"] = count(); }`, 0);
  const ring = new PlainRing(SAMPLES);
  const world = { host, session, ring, now: 0, parse: [], ring_ingest: [], respond: [] };
  while (world.now < SAMPLES * 1000) poll(world);
  world.bytes = memory.buffer.byteLength - before;
  for (const times of [world.parse, world.ring_ingest, world.respond]) times.length = 0;
  for (let count = 0; count < TIMED_POLLS; count++) poll(world);
  return world;
}

/** A second passes; the poll's text goes through JSON.parse, the ring and the session. */
function poll(world) {
  world.now += 1000;
  const { host, session, now } = world;
  for (let round = 0; round < 4; round++) {
    for (const request of session.tick(now)) {
      const { status, body } = host.answer(request, now);
      if (request.path.includes(`data.${LEAF}`) && request.path.includes("/fetch")) {
        world.parse.push(time(() => JSON.parse(body)));
        world.ring_ingest.push(time(() => world.ring.ingest(body, LEAF)));
        world.respond.push(time(() => session.respond(request.id, status, body, now)));
      } else {
        session.respond(request.id, status, body, now);
      }
    }
  }
}

function time(action) {
  const start = performance.now();
  action();
  return performance.now() - start;
}

/** Median milliseconds of an action, once the engine has compiled it for speed: a panel asks each second for hours. */
function measure(action) {
  const start = performance.now();
  do action();
  while (performance.now() < start + WARM_UP_MILLIS);
  return median(Array.from({ length: ROUNDS }, () => time(action)));
}

function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

const number = (value) => value.toFixed(value < 10 ? 2 : 1).padStart(8);
const verdict = (met) => (met ? "" : "  NOT MET");

function report(what, ours, ring, peer, wanted) {
  const ratio = peer / ours;
  print(
    `  ${what.padEnd(30)}${number(ours)} ms   ring ${number(ring)} ms   grafana-pcp ${number(peer)} ms` +
      `   ${ratio.toFixed(1)} x faster (wanted: ${wanted} x)${verdict(ratio >= wanted)}`,
  );
}

for (const [count, peer] of PEER) {
  const instances = Array.from({ length: count }, (_, place) => {
    const name = `command-${place}`;
    return { name, labels: { key0: name }, perSecond: (place * 7919) % 4_099 };
  });
  const world = await fill(instances);
  const { session, ring, now } = world;
  const window = { from: now - SAMPLES * 1000, to: now };
  const all = { ...window, maxSeries: count };
  const top = { ...window, maxSeries: 20, rest: true };
  const { series, times } = session.timeSeries(TARGET, LEAF, all);
  if (series.length !== count || times.length < SAMPLES) {
    throw new Error(`expected ${count} lines of ${SAMPLES} points, got ${series.length} of ${times.length}`);
  }
  const samples = SAMPLES * count;
  const bytes = world.bytes / samples;
  print(`\n${count} series, ${SAMPLES} samples each, medians of ${ROUNDS} queries and ${TIMED_POLLS} polls:`);
  print(
    `  memory                        ${number(world.bytes / 1e6)} MB   ring ${number((samples * 8) / 1e6)} MB` +
      `   grafana-pcp ${number(peer.megabytes)} MB   ${bytes.toFixed(2)} bytes a sample` +
      ` (wanted: ${WANTED_BYTES_A_SAMPLE} at most)${verdict(bytes <= WANTED_BYTES_A_SAMPLE)}`,
  );
  const [parse, respond, ringIngest] = [world.parse, world.respond, world.ring_ingest].map(median);
  print(
    `  poll from text                ${number(respond)} ms   ring ${number(ringIngest)} ms   JSON.parse  ${number(parse)} ms` +
      `   ${(respond / parse).toFixed(2)} x the time (wanted: ${WANTED_INGEST_RATIO} x at most with 4096)` +
      verdict(count < 4_096 || respond / parse <= WANTED_INGEST_RATIO),
  );
  const queryAll = measure(() => session.timeSeries(TARGET, LEAF, all));
  report(
    "query, all lines",
    queryAll,
    measure(() => ring.query(count)),
    peer.millis,
    peer.wanted,
  );
  const queryTop = measure(() => session.timeSeries(TARGET, LEAF, top));
  report(
    "query, top 20 and the rest",
    queryTop,
    measure(() => ring.query(20)),
    peer.millis,
    peer.wanted,
  );
  session.free();
}

const STACKS = 1_000;
const DEPTH = 24;
const stacks = Array.from({ length: STACKS }, (_, place) => {
  const frames = Array.from({ length: DEPTH }, (_, level) => {
    const branch = level < DEPTH / 2 ? place % (37 * (DEPTH / 2 - level)) : place % (level + 2);
    return `        function_${level}_${branch}+${place % 100}`;
  });
  const stack = `\n${frames.join("\n")}\n`;
  return {
    name: `${stack},comm`,
    labels: { key0: stack, key1: `comm-${place % 10}` },
    perSecond: 1 + (place % 9),
  };
});
const { session, now } = await fill(stacks, { metrictype: "stacks" });
const window = { from: now - SAMPLES * 1000, to: now };
const nodes = session.flameTable(TARGET, LEAF, window).labels.length;
print(
  `\n${STACKS} stacks of ${DEPTH} frames, ${SAMPLES} samples each, ${nodes} nodes, medians of ${ROUNDS}:`,
);
for (const name of ["flameTable", "flameGraph"]) {
  const ours = measure(() => session[name](TARGET, LEAF, window));
  print(
    `  ${name.padEnd(30)}${number(ours)} ms   grafana-pcp ${number(PEER_FLAME_MILLIS)} ms` +
      `   ${(PEER_FLAME_MILLIS / ours).toFixed(1)} x faster`,
  );
}
session.free();
