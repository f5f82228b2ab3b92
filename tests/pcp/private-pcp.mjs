// A private pmcd, pmproxy and bpftrace agent, in a folder of their own: no file of the system's is touched.

import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe } from "node:test";

import { commands } from "./commands.mjs";
import {
  PCP_BIN,
  PYTHON_AGENT,
  privateEnvironment,
  RUST_AGENT,
  writeConfiguration,
} from "./private-files.mjs";
import { children, workingIn } from "./processes.mjs";
import { Rest } from "./rest.mjs";
import { eventually } from "./wait.mjs";

/** Which agent `start` starts unless told: with PCP_AGENT=python, the tests are held to PCP's own agent. */
export const AGENT = process.env.PCP_AGENT ?? "rust";
const START_MILLIS = 30_000;
/** How long an agent may take to end its scripts when pmcd has gone, before it is killed and the test fails. */
const END_MILLIS = 15_000;

/** Why no private PCP can run here; undefined if it can. */
export function missing(agent = AGENT) {
  if (process.getuid() !== 0) return "not root";
  if (!existsSync(`${PCP_BIN}/pmproxy`)) return "pcp is not installed";
  if (agent === "python" && !existsSync(`${PYTHON_AGENT}/pmdabpftrace.python`)) {
    return "PCP's bpftrace agent is not installed";
  }
  if (agent === "rust" && !existsSync(RUST_AGENT)) return `${RUST_AGENT} is not built`;
  if (!existsSync("/usr/bin/bpftrace")) return "bpftrace is not installed";
  if (!existsSync("/sys/kernel/tracing/events")) return "tracefs is not mounted";
  return undefined;
}

/** Says why the tests of a file are skipped, if they are; with CI=true that is a failure. */
export function skipReason(subject, agent = AGENT) {
  const reason = missing(agent);
  if (reason === undefined) return false;
  if (process.env.CI === "true") throw new Error(`${subject}: skipped with CI=true: ${reason}`);
  process.stderr.write(`skipped: ${subject}: ${reason}\n`);
  return reason;
}

/**
 * A folder of tests on one private PCP, which `start` starts with `options`. The tests run `options.concurrency` at a
 * time (4): most of what they do is to wait.
 */
export function suite(subject, options, define) {
  describe(subject, { skip: skipReason(subject), concurrency: options.concurrency ?? 4 }, () => {
    const pcp = {};
    before(async () => Object.assign(pcp, await start(options)));
    after(() => pcp.stop?.());
    define(pcp);
  });
}

/**
 * Starts the daemons and waits until they answer.
 *
 * - `agent`: `rust` or `python`
 * - `config`: sections of bpftrace.conf, laid over `bpftrace_path` and open dynamic scripts; or its text
 * - `fake`: players by name: a fake bpftrace takes the place of the real one (see fake-bpftrace.mjs)
 * - `autostart`: texts by file name
 * - `notready`: whether pmcd waits for the agent's word
 * - `arguments`: further arguments of the agent; `environment`: further variables of pmcd and the agent
 * - `pmcdArguments`: by default pmcd is patient, so that a loaded machine is no fault of the agent
 * - `prepare(folder)`: called before the start, for whatever else must be there
 * - `pmproxy: false`: none is started; `ready: false`: the agent is not waited for
 */
export async function start(options = {}) {
  const { agent = AGENT, pmproxy: wantsProxy = true, ready = true } = options;
  const folder = mkdtempSync(join(tmpdir(), "bpflens-pcp-"));
  const [pmcdPort, pmproxyPort] = [await freePort(), await freePort()];
  const socket = join(folder, "run/pmcd.socket");
  const environment = { ...privateEnvironment(folder, pmcdPort, socket), ...options.environment };
  const daemons = [];
  let isStopping = false;
  let pmproxy;
  const run = (program, args) => {
    const daemon = spawn(`${PCP_BIN}/${program}`, args, {
      cwd: join(folder, "log", program),
      env: environment,
      stdio: "ignore",
    });
    daemons.unshift(daemon);
    daemon.once("exit", (code, signal) => {
      // A test may kill it.
      if (isStopping || signal === "SIGKILL" || signal === "SIGTERM" || code === 0) return;
      process.stderr.write(`${program} has ended by itself: ${signal ?? code}\n${instance.log()}\n`);
    });
    return daemon;
  };
  const killAll = () => {
    for (const pid of workingIn(folder)) kill(pid, "SIGKILL");
  };
  process.once("exit", killAll);

  const instance = { folder, socket, environment, hostspec: `127.0.0.1:${pmcdPort}` };
  instance.base = `http://127.0.0.1:${pmproxyPort}`;
  Object.assign(instance, commands(environment, `unix://${socket}`));
  instance.rest = (hostspec = instance.hostspec) => Rest.open(instance.base, hostspec);
  /** What the agent and the daemons have written to their logs. */
  instance.log = () =>
    ["log/bpftrace.log", "log/pmcd/bpftrace.log", "log/pmcd/pmcd.log", "log/pmproxy/pmproxy.log"]
      .map((name) => join(folder, name))
      .filter(existsSync)
      .map((path) => readFileSync(path, "utf8"))
      .join("");
  const startPmproxy = () =>
    run("pmproxy", [
      "-f",
      "-A",
      "-t",
      "-c",
      `${folder}/etc/pmproxy/pmproxy.conf`,
      "-p",
      `${pmproxyPort}`,
      "-s",
      `${folder}/run/pmproxy.socket`,
      "-l",
      `${folder}/log/pmproxy/pmproxy.log`,
      "-x",
      `${folder}/log/pmproxy/fatal`,
    ]);
  /** Ends pmproxy and starts another one at its port, which knows nothing of the contexts of the first. */
  instance.restartPmproxy = async () => {
    await end(pmproxy);
    pmproxy = startPmproxy();
    await eventually("pmproxy answers again", () => instance.rest(), START_MILLIS);
  };
  instance.stop = async () => {
    isStopping = true;
    for (const daemon of daemons) await end(daemon);
    const left = await remaining(folder);
    killAll();
    process.off("exit", killAll);
    const log = left.length > 0 ? instance.log() : "";
    rmSync(folder, { recursive: true, force: true });
    if (left.length > 0) throw new Error(`still there after pmcd has ended: ${left.join(", ")}\n${log}`);
  };

  try {
    writeConfiguration(folder, environment, agent, options);
    await options.prepare?.(folder);
    const pmcd = run("pmcd", [
      "-f",
      "-A",
      ...(options.pmcdArguments ?? ["-q", "20", "-t", "20"]),
      "-c",
      `${folder}/etc/pmcd/pmcd.conf`,
      "-n",
      `${folder}/var/pmns/root`,
      "-s",
      socket,
      "-l",
      `${folder}/log/pmcd/pmcd.log`,
      "-x",
      `${folder}/log/pmcd/fatal`,
    ]);
    instance.pmcdPid = pmcd.pid;
    /** The agent's process; pmcd starts another one when it has ended. */
    instance.agentPid = () => children(pmcd.pid)[0];
    await eventually(
      "pmcd answers",
      async () => {
        const answer = await instance.pminfo("-f", "pmcd.version");
        if (answer.code !== 0) throw new Error(answer.text);
      },
      START_MILLIS,
    );
    if (ready) await instance.agentReady();
    if (wantsProxy) {
      pmproxy = startPmproxy();
      await eventually("pmproxy answers", () => instance.rest(), START_MILLIS);
    }
  } catch (error) {
    error.message += `\n${instance.log()}`;
    await instance.stop().catch(() => {});
    throw error;
  }
  return instance;
}

/** A free port below those that the kernel gives to connections. */
async function freePort() {
  for (;;) {
    const port = 10_000 + Math.floor(Math.random() * 22_000);
    const free = await new Promise((resolve) => {
      const server = createServer().once("error", () => resolve(false));
      server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
    });
    if (free) return port;
  }
}

async function end(daemon) {
  if (daemon.exitCode !== null || daemon.signalCode !== null) return;
  const ended = new Promise((resolve) => daemon.once("exit", resolve));
  if (daemon.kill()) await ended;
}

/** The processes of the folder that have not ended in time. */
async function remaining(folder) {
  try {
    await eventually("every process has ended", () => workingIn(folder).length === 0, END_MILLIS);
    return [];
  } catch {
    return workingIn(folder);
  }
}

function kill(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended already.
  }
}
