// The page over pmproxy, pmcd and a bpftrace agent shows what it shows over the embedded server, and says what lacks.

import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import type { Pcp, PcpOptions } from "../pcp/private-pcp.mjs";
import type { Lens } from "./harness/lens.ts";
import { AGENT, Door, MISSING_PCP, startPcp } from "./harness/pcp.ts";
import { describeEndToEnd } from "./harness/requirements.ts";
import { allShown, runWithHeartbeat, useSetting } from "./harness/setting.ts";
import { waitFor } from "./harness/wait.ts";

/** What pmcd's configuration has about the agent. */
const AGENT_LINE = /^bpftrace\t.*\n/m;
/** What the browser says about an answer that is a refusal, or that there was none. */
const REFUSED_CALL = /status of (400|502)/;

describeEndToEnd(
  `pmproxy with the agent in ${AGENT}`,
  () => {
    const setting = useSetting();
    const started: { stop(): Promise<void> }[] = [];
    afterEach(async () => {
      await setting.browser.closeTabs();
      for (const daemon of started.splice(0)) await daemon.stop();
    });

    async function pcpWith(options: PcpOptions = {}): Promise<Pcp> {
      const pcp = await startPcp(options);
      started.push(pcp);
      return pcp;
    }

    async function pageOver(pcp: Pcp, pmproxy = pcp.base): Promise<Lens> {
      const server = await setting.startServer({
        pmproxy,
        hostspec: pcp.hostspec,
      });
      return setting.browser.open(server.url);
    }

    test("each format shows the values that the embedded server shows", async () => {
      const ranAt = Date.now();
      const { comm } = setting.load;
      const script = `tracepoint:syscalls:sys_enter_read /comm == "${comm}" && args->count == 3000/ {
        @reads = count(); @sizes = hist(args->count); @by[comm, args->count] = count();
        printf("%s reads %d\\n", comm, args->count); }
        profile:hz:99 /comm == "${comm}"/ { @stacks[kstack(16)] = count(); }
        `;
      const pages = [
        await setting.browser.open(setting.server.url),
        await pageOver(await pcpWith()),
      ] as const;
      // All that follows has to fit into the window that the heat map counts in.
      for (const lens of pages) await lens.page.getByTestId("window").selectOption("15");
      for (const lens of pages) await runWithHeartbeat(lens, script);
      await setting.load.reads(10, 3000);
      for (const lens of pages) await lens.waitForCard("@sizes");
      for (const lens of pages) await allShown(lens, ranAt);
      const before = await Promise.all(pages.map((lens) => lens.heatTotal("@sizes")));
      await setting.load.reads(300, 3000);
      await setting.load.busy(3);

      for (const lens of pages) {
        await lens.showAbsolute("@reads");
        await waitFor(
          "310 reads in the time series",
          () => lens.singleValue("@reads"),
          (value) => value === 310,
        );
        await allShown(lens, ranAt);
        expect(await lens.format("@sizes")).toBe("heatmap");
        expect(await lens.format("@stacks")).toBe("flamegraph");
        expect(await lens.format("output")).toBe("table");
        const line = `${comm} reads 3000`;
        expect((await lens.cardText("output")).split(line).length).toBeGreaterThan(1);
        await lens.chooseFormat("@by", "table");
        await expect.poll(() => lens.rows("@by")).toEqual([[comm, "3,000", "310"]]);
        const frames = await lens.flameFrames("@stacks");
        expect(frames.some((name) => name.includes("read"))).toBe(true);
      }
      const [embedded, proxied] = pages;
      const rises = await Promise.all(
        pages.map(async (lens, i) => (await lens.heatTotal("@sizes")) - (before[i] ?? 0)),
      );
      expect(rises).toEqual([300, 300]);
      const samples = [await embedded.flameSamples("@stacks"), await proxied.flameSamples("@stacks")];
      // Two timers of 99 a second do not tick at the same moments.
      expect(Math.min(...samples)).toBeGreaterThan(100);
      expect(Math.abs((samples[0] ?? 0) - (samples[1] ?? 0))).toBeLessThan(60);
      for (const lens of pages) expect(await lens.host()).toContain(` on ${hostname()}`);
    });

    test("an error of bpftrace stands at its line", async () => {
      const lens = await pageOver(await pcpWith());
      setting.expectComplaints(REFUSED_CALL);
      await lens.run(
        "BEGIN { @start = 1; }\ntracepoint:syscalls:sys_enter_read { @x = count(); @y = args->nosuch; }\n",
      );
      await lens.waitForState("error");
      await waitFor(
        "bpftrace's finding",
        () => lens.problems(),
        (list) => list.some((problem) => /^bpftrace error line 2: .*nosuch/.test(problem)),
      );
    });

    test("without an answer of pmproxy the page says so, and goes on when it comes", async () => {
      const pcp = await pcpWith();
      const door = await Door.to(Number(new URL(pcp.base).port));
      const lens = await pageOver(pcp, `http://127.0.0.1:${door.port}`);
      await lens.run("interval:ms:100 { @ticks = count(); }\n");
      await lens.waitForCard("@ticks");
      setting.expectComplaints(REFUSED_CALL);
      await door.shut();
      await waitFor(
        "the banner",
        () => lens.banner(),
        (text) =>
          /Disconnected, retrying .*pmproxy at http:.* does not answer: Connection refused/.test(text),
      );
      await door.open();
      await waitFor(
        "no banner",
        () => lens.banner(),
        (text) => text === "",
      );
      await lens.waitForState("running");
      // In the middle of a call that the door still carries.
      await lens.page.close();
      await door.shut();
    });

    test("a host without an agent is named as such, until it has one", async () => {
      let agentLine = "";
      const pcp = await pcpWith({
        ready: false,
        prepare(folder) {
          const path = join(folder, "etc/pmcd/pmcd.conf");
          const text = readFileSync(path, "utf8");
          agentLine = AGENT_LINE.exec(text)?.[0] ?? "";
          writeFileSync(path, text.replace(AGENT_LINE, ""));
        },
      });
      expect(agentLine).not.toBe("");
      const lens = await pageOver(pcp);
      await lens.run("interval:ms:100 { @ticks = count(); }\n");
      await waitFor(
        "the banner",
        () => lens.banner(),
        (text) => text.includes(`${hostname()} has no bpftrace agent that runs`),
      );
      appendFileSync(join(pcp.folder, "etc/pmcd/pmcd.conf"), agentLine);
      process.kill(pcp.pmcdPid, "SIGHUP");
      await lens.waitForState("running");
      await lens.waitForCard("@ticks");
      await expect.poll(() => lens.banner()).toBe("");
    });

    test("an agent that takes no scripts is an error that says where that is decided", async () => {
      const lens = await pageOver(await pcpWith({ config: { dynamic_scripts: { enabled: false } } }));
      setting.expectComplaints(REFUSED_CALL);
      await lens.run("interval:ms:100 { @ticks = count(); }\n");
      await lens.waitForState("error");
      const { text } = await lens.status();
      expect(text).toContain("the host does not let this page run scripts");
      // PCP's own agent gives no reason.
      if (AGENT === "rust") expect(text).toContain("dynamic scripts are off");
      await expect.poll(() => lens.page.getByTestId("problems").innerText()).toContain("[dynamic_scripts]");
    });

    // Of PCP's own agent a second process holds on to pmcd, which takes it for alive.
    test.runIf(AGENT === "rust")("a script is run again when the agent was killed", async () => {
      const pcp = await pcpWith();
      const lens = await pageOver(pcp);
      await lens.run("interval:ms:100 { @ticks = count(); }\n");
      await lens.waitForCard("@ticks");
      await lens.showAbsolute("@ticks");
      await waitFor(
        "many ticks",
        () => lens.singleValue("@ticks"),
        (value) => (value ?? 0) > 50,
      );
      const { pid: before } = await lens.status();
      const agent = pcp.agentPid();
      expect(agent).toBeDefined();
      setting.expectComplaints(REFUSED_CALL);
      process.kill(agent ?? 0, "SIGKILL");
      await waitFor(
        "another process",
        () => lens.status(),
        ({ state, pid }) => state === "running" && pid !== before && pid !== undefined && pid > 0,
      );
      await waitFor(
        "a new count",
        () => lens.singleValue("@ticks"),
        (value) => (value ?? 100) < 50,
      );
    });
  },
  MISSING_PCP,
);
