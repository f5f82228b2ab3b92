// Instance domains and the changing name space, as PCP's own clients see them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { valuesOf } from "./commands.mjs";
import { suite } from "./private-pcp.mjs";
import { eventually } from "./wait.mjs";

const OBSERVER = fileURLToPath(new URL("names-change.py", import.meta.url));

suite("instances and names", {}, (pcp) => {
  test("a client that asks for some instances gets those", async () => {
    const script = await (await pcp.rest()).register(`// refresh: 250ms
      BEGIN { @by["one"] = 1; @by["two"] = 2; @by["three"] = 3; }`);
    await script.hasTable("by", [
      ["one", 1],
      ["three", 3],
      ["two", 2],
    ]);
    const name = script.name("data.by");
    const { stdout, code, text } = await pcp.pmval("-s", "1", "-r", "-i", "one,three", name);
    assert.equal(code, 0, text);
    assert.match(stdout, /^\s*1\s+3\s*$/m, stdout);
    assert.doesNotMatch(stdout, /\btwo\b/);
    const some = await pcp.pmrep("-s", "1", "-r", "-o", "csv", "-i", "two", name);
    assert.match(some.stdout, /two/, some.text);
    assert.doesNotMatch(some.stdout, /one|three/);
  });

  test("a key that is empty crashes no client", async () => {
    // libpcp 6.0.3 drops the name of a domain's only instance if it is empty, and then reads it: pminfo and pmproxy crash.
    const rest = await pcp.rest();
    const script = await rest.register('// refresh: 250ms\nBEGIN { @by[""] = 4; }');
    const values = await eventually("the value", async () => {
      const answer = await pcp.pminfo("-f", script.name("data.by"));
      assert.equal(answer.code, 0, `pminfo: ${answer.code} ${answer.text}`);
      const values = valuesOf(answer);
      return values.length > 0 && values;
    });
    assert.deepEqual(
      values.map(([, value]) => value),
      ["4"],
    );
    assert.notEqual(values[0][0], "", "an instance has a name");
    assert.equal((await rest.indom(script.name("data.by"))).length, 1);
  });

  test("the instance domain is right before the first fetch (PCP's agent had none)", async () => {
    const rest = await pcp.rest();
    const script = await rest.register('// refresh: 250ms\nBEGIN { @by["k"] = 1; @h = hist(5); }');
    await eventually("bytes of output", async () => {
      const [{ state }] = JSON.parse(await rest.value("bpftrace.info.scripts_json")).filter(
        ({ script_id }) => script_id === script.id,
      );
      return state.data_bytes > 100;
    });
    // Nothing has fetched any metric of the script yet.
    await eventually("@by", async () =>
      assert.deepEqual(
        (await rest.indom(script.name("data.by"))).map(({ name }) => name),
        ["k"],
      ),
    );
    await eventually("@h", async () =>
      assert.deepEqual(
        (await rest.indom(script.name("data.h"))).map(({ name }) => name),
        ["4-7"],
      ),
    );
  });

  test("an instance keeps its number while others come and go", async () => {
    const rest = await pcp.rest();
    const script = await rest.register(`// refresh: 250ms
      BEGIN { @by["kept"] = 1; } interval:ms:300 { @n++; @by["now"] = @n; if (@n % 4 > 1) { delete(@by["now"]); } }`);
    const numbers = async () =>
      Object.fromEntries(
        (await rest.indom(script.name("data.by"))).map((each) => [each.name, each.instance]),
      );
    const seen = { kept: new Set(), now: new Set() };
    await eventually("the instance went and came back", async () => {
      const now = await numbers();
      for (const [name, number] of Object.entries(now)) seen[name].add(number);
      if (seen.now.size > 0 && now.now === undefined) seen.gone = true;
      return seen.gone === true && now.now !== undefined;
    });
    assert.deepEqual([seen.kept.size, seen.now.size], [1, 1]);
  });

  test("the children of an empty subtree are an empty list (PCP's agent broke the connection)", async () => {
    const rest = await pcp.rest();
    const before = await rest.ask("children", { prefix: "bpftrace" });
    assert.equal(before.status, 200, before.text);
    const script = await rest.register("// name: short_lived\n// refresh: 250ms\nBEGIN { @x = 1; }");
    const children = await rest.get("children", { prefix: "bpftrace.scripts.short_lived" });
    assert.deepEqual(children.nonleaf, ["data"]);
    assert.ok(children.leaf.includes("status") && children.leaf.includes("code"), children.leaf.join());
    await script.deregister();
    await eventually(
      "the script has gone",
      async () => (await pcp.names("bpftrace.scripts.short_lived")).length === 0,
    );
    for (const prefix of ["bpftrace.scripts.short_lived", "bpftrace.scripts", "bpftrace"]) {
      const { status, text } = await rest.ask("children", { prefix });
      assert.doesNotMatch(text, /IPC protocol failure/, prefix);
      if (prefix === "bpftrace") assert.equal(status, 200, text);
    }
    assert.equal(typeof (await rest.value("bpftrace.info.scripts_json")), "string");
  });

  test("a value that is not there yet is no value, never 0", async () => {
    const rest = await pcp.rest();
    const script = await rest.register(
      'interval:s:600 { @x = 1; @by["k"] = count(); @h = hist(1); @mean = avg(1); printf("x"); }',
    );
    await script.started();
    for (const map of ["x", "by", "h", "mean", "output"]) {
      const answer = await pcp.pminfo("-f", script.name(`data.${map}`));
      assert.deepEqual(valuesOf(answer), [], answer.text);
    }
  });

  test("names come and go for whoever looks", async () => {
    const rest = await pcp.rest();
    const script = await rest.register("// refresh: 250ms\nBEGIN { @x = 1; @st = stats(2); }");
    const expected = ["x", "st.count", "st.average", "st.total"]
      .map((leaf) => script.name(`data.${leaf}`))
      .sort();
    assert.deepEqual((await pcp.names(script.name("data"))).sort(), expected);
    await script.deregister();
    await eventually(
      "its names have gone",
      async () => (await pcp.names(`bpftrace.scripts.${script.component}`)).length === 0,
    );
    assert.equal((await rest.fetch(script.name("status")))[script.name("status")], undefined);
  });

  test("a client is told of changed names with its next fetch", async () => {
    const observer = pcp.run("/usr/bin/python3", [
      OBSERVER,
      `unix://${pcp.socket}`,
      "bpftrace.info.scripts_json",
    ]);
    const rest = await pcp.rest();
    // The observer fetches until it is told; until then scripts come and go.
    let isOver = false;
    const churn = (async () => {
      for (let count = 0; !isOver; count += 1) {
        const script = await rest.register(`// refresh: 250ms\nBEGIN { @x = ${count}; }`);
        await script.deregister();
        await new Promise((resolve) => setTimeout(resolve, 300));
      }
    })();
    const answer = await observer;
    isOver = true;
    await churn;
    assert.equal(answer.stdout.trim(), "names changed", answer.text);
  });
});
