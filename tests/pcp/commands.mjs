// PCP's own clients against a private pmcd: arguments in, text out.

import { spawn } from "node:child_process";

import { eventually } from "./wait.mjs";

const LIMIT_MILLIS = 60_000;

/** The clients, each told the private pmcd by `host`. An answer is `{ code, stdout, stderr, text }`. */
export function commands(environment, host) {
  const run = (program, args, options = {}) => runProgram(program, args, { env: environment, ...options });
  const client =
    (program) =>
    (...args) =>
      run(`/usr/bin/${program}`, ["-h", host, ...args]);
  const pminfo = client("pminfo");
  return {
    run,
    pminfo,
    pmval: client("pmval"),
    pmprobe: client("pmprobe"),
    pmstore: client("pmstore"),
    pmrep: client("pmrep"),
    /** The same as another user, who must reach the private pmcd by its socket. */
    as: (user, program, ...args) =>
      run("/usr/sbin/runuser", ["-u", user, "--", `/usr/bin/${program}`, "-h", host, ...args]),
    /** The names of the metrics at and below `prefix`. */
    names: async (prefix) => {
      const answer = await pminfo(prefix);
      return answer.code === 0
        ? answer.stdout
            .trim()
            .split("\n")
            .filter((line) => line !== "")
        : [];
    },
    /** Waits until the agent answers. */
    agentReady: () =>
      eventually("the agent answers", async () => {
        const answer = await pminfo("-f", "bpftrace.control.register");
        if (!answer.text.includes('value "')) throw new Error(answer.text);
      }),
  };
}

/** The values of `pminfo -f`: `[instance name, value]`, a single value under the name `''`; all as text. */
export function valuesOf(answer) {
  // A text may have several lines; it ends where the next instance or metric begins.
  const value =
    /^ {4}(?:inst \[\d+ or "((?:.|\n)*?)"\] )?value (?:"((?:.|\n)*?)"|(\S+))(?=\n {4}inst \[|\n\n|\n?$(?![\s\S]))/gm;
  return [...answer.stdout.matchAll(value)].map(([, name, text, number]) => [name ?? "", text ?? number]);
}

/** Runs a program to its end. */
export function runProgram(program, args, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      stdio: ["ignore", "pipe", "pipe"],
      timeout: LIMIT_MILLIS,
      ...options,
    });
    const answer = { code: null, stdout: "", stderr: "", text: "" };
    for (const name of ["stdout", "stderr"]) {
      child[name].setEncoding("utf8").on("data", (text) => {
        answer[name] += text;
        answer.text += text;
      });
    }
    child.once("error", reject).once("close", (code, signal) => resolve({ ...answer, code: code ?? signal }));
  });
}
