// [policy]: what a script may do is decided before bpftrace starts.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";

import { plays, says } from "./fake-bpftrace.mjs";
import { suite } from "./private-pcp.mjs";
import { eventually } from "./wait.mjs";

/** What writes, signals, executes or reads files, and the word that the refusal must have. */
const DENIED = [
  ["executes", 'BEGIN { @x = 1; system("id"); }', /system/],
  ["signals", 'tracepoint:syscalls:sys_enter_read { @x = 1; signal("KILL"); }', /signal/],
  ["changes what a function returns", "kprobe:should_failslab { @x = 1; override(1); }", /override/],
  ["reads a file", 'BEGIN { @x = 1; cat("/etc/shadow"); }', /cat/],
  ["includes a file", '#include "/etc/shadow"\nBEGIN { @x = 1; }', /include/],
  ["writes a file", 'kprobe:dev_queue_xmit { @x = skboutput("/tmp/x.pcap", arg0, 1, 0); }', /skboutput/],
  ["pins a link", 'iter:task:list { @x = 1; printf("%d\\n", ctx->task->pid); }', /iter/],
  ["hides in a block that never runs", 'BEGIN { @x = 1; if (0) { system ("id"); } }', /system/],
];

suite("the default policy", { fake: { one: says('{"type": "map", "data": {"@x": 1}}') } }, (pcp) => {
  before(async () => {
    const script = await (await pcp.rest()).register(`${plays("one")} BEGIN { @x = 0; }`);
    await script.hasValue("data.x", 1);
  });

  for (const [what, code, word] of DENIED) {
    test(`a script that ${what} is refused before bpftrace starts`, async () => {
      const reply = await (await pcp.rest()).refused(`${code} ${plays("one")}`);
      assert.match(reply.state.error, word);
      const [error] = reply.diagnostics.filter(({ severity }) => severity === "error");
      assert.ok(error.line >= 1 && error.column >= 1, JSON.stringify(error));
      const last = readFileSync(join(pcp.folder, "fake/last-script"), "utf8");
      assert.ok(last.includes("@x = ") && !last.includes(code), "bpftrace has seen it");
    });
  }

  test("the words alone, in comments and strings, do no harm", async () => {
    const script = await (await pcp.rest()).register(
      `${plays("one")} /* system("id") */ BEGIN { @x = 1; @t = "cat(1)"; }`,
    );
    await script.hasValue("data.x", 1);
  });
});

suite(
  "a policy that allows",
  { config: { policy: { allow_unsafe: true, allow_include: true, allow_cat: true } } },
  (pcp) => {
    test("allow_unsafe: system() runs, what it prints is in output", async () => {
      const script = await (await pcp.rest()).register(
        'BEGIN { printf("before\\n"); system("echo from a shell"); }',
      );
      await eventually("its output", async () => {
        const [output, error] = await script.values("data.output", "error");
        assert.match(output, /from a shell/, error);
      });
    });

    test("allow_include and allow_cat: such scripts are taken", async () => {
      const rest = await pcp.rest();
      await rest.register("#include <linux/types.h>\nBEGIN { @x = 1; }");
      await (await rest.register('BEGIN { cat("/proc/version"); }')).started();
    });
  },
);

suite(
  "probes and bounds of a policy",
  {
    config: {
      policy: {
        allow_probes: "tracepoint:syscalls:*, interval:*",
        deny_probes: "tracepoint:syscalls:sys_enter_ptrace",
        max_script_bytes: 2000,
        max_map_keys: 5,
        max_instances: 3,
        max_output_bytes_per_second: 20000,
      },
    },
  },
  (pcp) => {
    test("allow_probes and deny_probes decide by attach point, also behind wildcards", async () => {
      const rest = await pcp.rest();
      await (await rest.register("tracepoint:syscalls:sys_enter_read { @x = count(); }")).started();
      for (const probe of [
        "tracepoint:sched:sched_switch",
        "kprobe:vfs_read",
        "profile:hz:1",
        "tracepoint:syscalls:sys_enter_ptrace",
        "tracepoint:syscalls:sys_enter_p*",
        "tracepoint:*:sys_enter_read",
      ]) {
        const reply = await rest.refused(`${probe} { @y = count(); }`);
        assert.match(reply.state.error, /the policy of this host/, probe);
        const [{ hint }] = reply.diagnostics.filter(({ severity }) => severity === "error");
        assert.match(hint, /allow_probes|deny_probes/, probe);
      }
    });

    test("max_script_bytes", async () => {
      const reply = await (await pcp.rest()).refused(`BEGIN { @x = 1; } // ${"long ".repeat(500)}`);
      assert.match(reply.state.error, /2000|2,000/);
    });

    test("max_map_keys bounds the map in the kernel, max_instances what of it is a metric", async () => {
      const script = await (await pcp.rest()).register(`// refresh: 250ms
      interval:ms:20 { @n++; @by[@n] = @n; @two[@n % 2] = 1; }`);
      await script.hasTable("two", [
        ["0", 1],
        ["1", 1],
      ]);
      await eventually("more keys than that", async () => (await script.value("data.n")) > 20);
      // Of the five keys in the kernel the three greatest values.
      await eventually("three instances", async () => {
        const values = (await script.table("by")).map(([, value]) => value);
        assert.deepEqual(
          values.sort((a, b) => a - b),
          [3, 4, 5],
        );
      });
    });

    test("max_output_bytes_per_second ends a flood with an error that says so", async () => {
      const script = await (await pcp.rest()).register(
        `interval:ms:1 { printf("${"x".repeat(100)} ${"y".repeat(80)}\\n"); }`,
      );
      await script.until("error");
      assert.match(await script.value("error"), /printed more/);
    });
  },
);
