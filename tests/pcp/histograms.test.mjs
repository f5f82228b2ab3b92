// Histograms in PCP: an instance per bucket, sorted by lower bound, with labels that spare everybody to parse names.

import assert from "node:assert/strict";
import { test } from "node:test";

import { valuesOf } from "./commands.mjs";
import { suite } from "./private-pcp.mjs";
import { eventually } from "./wait.mjs";

suite("histograms", {}, (pcp) => {
  test("hist() and lhist() have PCP's bucket names, sorted by lower bound", async () => {
    const script = await (await pcp.rest()).register(`// refresh: 250ms
      BEGIN { @size = hist(-3); @size = hist(0); @size = hist(5); @size = hist(1500);
        @usecs = lhist(-1, 0, 30, 10); @usecs = lhist(15, 0, 30, 10); @usecs = lhist(99, 0, 30, 10); }`);
    await eventually("all buckets", async () => {
      const sizes = await inOrder(pcp, script, "size");
      assert.deepEqual(
        sizes.map(([name]) => name),
        [
          "-inf--1",
          "0-0",
          "1-1",
          "2-3",
          "4-7",
          "8-15",
          "16-31",
          "32-63",
          "64-127",
          "128-255",
          "256-511",
          "512-1023",
          "1024-2047",
        ],
      );
      assert.deepEqual(
        sizes.filter(([, count]) => Number(count) > 0),
        [
          ["-inf--1", "1"],
          ["0-0", "1"],
          ["4-7", "1"],
          ["1024-2047", "1"],
        ],
      );
    });
    // A script's maps are printed one after the other.
    await eventually("all buckets of the other map", async () =>
      assert.deepEqual(await inOrder(pcp, script, "usecs"), [
        ["-inf--1", "1"],
        ["0-9", "0"],
        ["10-19", "1"],
        ["20-29", "0"],
        ["30-inf", "1"],
      ]),
    );
    for (const map of ["size", "usecs"]) {
      const { type, sem, labels } = await script.descriptor(`data.${map}`);
      assert.deepEqual([type, sem, labels.metrictype], ["u64", "counter", "histogram"], map);
    }
  });

  test("a keyed histogram has an instance per key and bucket (PCP's agent refused it)", async () => {
    const script = await (await pcp.rest()).register(`// refresh: 250ms
      BEGIN { @by["a"] = hist(5); @by["a"] = hist(9); @by["b, c"] = hist(0); }`);
    await eventually("both keys", async () => {
      const table = (await inOrder(pcp, script, "by")).filter(([, count]) => Number(count) > 0);
      assert.deepEqual([...table].sort(), [
        ["a::4-7", "1"],
        ["a::8-15", "1"],
        ["b, c::0-0", "1"],
      ]);
      assert.deepEqual(
        table.filter(([name]) => name.startsWith("a")).map(([name]) => name),
        ["a::4-7", "a::8-15"],
      );
    });
    assert.equal((await script.descriptor("data.by")).labels.metrictype, "histogram");
    const labels = await labelsOf(pcp, script, "by");
    assert.deepEqual(pick(labels["a::8-15"], "key0", "low", "high"), { key0: "a", low: "8", high: "15" });
    assert.deepEqual(pick(labels["b, c::0-0"], "key0", "low", "high"), { key0: "b, c", low: "0", high: "0" });
  });

  test("instance labels carry the parts of a key, also those with commas", async () => {
    const script = await (await pcp.rest()).register(`// refresh: 250ms
      BEGIN { @m["a,b", 1] = count(); @m["c", 2] = count(); }`);
    await eventually("two instances", async () => (await script.table("m")).length === 2);
    const labels = await labelsOf(pcp, script, "m");
    assert.deepEqual(pick(labels["a,b,1"], "key0", "key1"), { key0: "a,b", key1: "1" });
    assert.deepEqual(pick(labels["c,2"], "key0", "key1"), { key0: "c", key1: "2" });
  });

  test("a bucket keeps its number while smaller and greater ones appear", async () => {
    const script = await (await pcp.rest()).register(`// refresh: 250ms
      BEGIN { @size = hist(5); } interval:ms:700 { @size = hist(0); @size = hist(100000); }`);
    const name = script.name("data.size");
    const number = (instances) => instances.find((each) => each.name === "4-7")?.instance;
    const first = await eventually(
      "the first bucket",
      async () => number(await script.rest.indom(name)) ?? false,
    );
    await eventually("more buckets", async () => (await script.table("size")).length > 10);
    const instances = await script.rest.indom(name);
    assert.equal(number(instances), first);
    const lows = (await inOrder(pcp, script, "size")).map(([bucket]) => Number(bucket.split("-")[0]));
    assert.deepEqual(
      lows,
      [...lows].sort((a, b) => a - b),
      "sorted by lower bound",
    );
    assert.equal(new Set(instances.map(({ instance }) => instance)).size, instances.length);
  });

  test("kernel stacks as keys are labelled stacks", async () => {
    const script = await (await pcp.rest()).register(`// refresh: 250ms
      profile:hz:50 { @on_cpu[comm, kstack(5)] = count(); }`);
    assert.equal((await script.descriptor("data.on_cpu")).labels.metrictype, "stacks");
    await eventually("a stack", async () =>
      (await script.table("on_cpu")).some(([name]) => name.includes("\n")),
    );
  });
});

/** `[bucket, value]` in the agent's order, which pmproxy does not keep. */
const inOrder = async (pcp, script, map) => valuesOf(await pcp.pminfo("-f", script.name(`data.${map}`)));
/** Labels by instance name. pmproxy 6.0.3 gives none in `/indom`, whoever's they are, so this asks pmcd. */
const labelsOf = async (pcp, script, map) =>
  Object.fromEntries(
    [
      ...(await pcp.pminfo("-l", script.name(`data.${map}`))).stdout.matchAll(
        /^ {4}inst \[\d+ or "(.*)"\] labels (.*)$/gm,
      ),
    ].map(([, name, labels]) => [name, JSON.parse(labels)]),
  );

/** Label values as text, whether they came as numbers or strings. */
const pick = (labels, ...names) => Object.fromEntries(names.map((name) => [name, String(labels?.[name])]));
