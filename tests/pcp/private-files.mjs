// What a private PCP reads: the places that libpcp looks in, and every file there.

import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { installFake } from "./fake-bpftrace.mjs";

/** PCP's programs for administrators and its daemons. */
export const PCP_BIN = "/usr/lib/pcp/bin";
/** PCP's own agent. */
export const PYTHON_AGENT = "/var/lib/pcp/pmdas/bpftrace";
/** The agent under test. */
export const RUST_AGENT =
  process.env.PMDABPFTRACE ?? fileURLToPath(new URL("../../target/release/pmdabpftrace", import.meta.url));

/** Every place that libpcp would look in, moved below `folder`. */
export function privateEnvironment(folder, port, socket) {
  return {
    // PCP's own agent is a Python program: Debian's Python must come first.
    PATH: "/usr/sbin:/usr/bin:/sbin:/bin",
    HOME: `${folder}/home`,
    PCP_SYSCONF_DIR: `${folder}/etc`,
    PCP_PMCDCONF_PATH: `${folder}/etc/pmcd/pmcd.conf`,
    PCP_TLSCONF_PATH: `${folder}/etc/tls.conf`,
    PCP_RUN_DIR: `${folder}/run`,
    PCP_LOG_DIR: `${folder}/log`,
    PCP_TMP_DIR: `${folder}/tmp`,
    PCP_VAR_DIR: `${folder}/var`,
    PCP_PMDAS_DIR: `${folder}/pmdas`,
    PMNS_DEFAULT: `${folder}/var/pmns/root`,
    PMCD_PORT: `${port}`,
    PMCD_LOCAL: "1",
    PMCD_SOCKET: socket,
    PMPROXY_LOCAL: "1",
    PMCD_ROOT_AGENT: "0",
  };
}

/** Writes the configuration of the daemons and of the agent, with the `options` of `start`. */
export function writeConfiguration(folder, environment, agent, options) {
  const folders = [
    "etc/pmcd",
    "etc/pmproxy",
    "etc/bpftrace/autostart",
    "run",
    "log/pmcd",
    "log/pmproxy",
    "tmp",
    "var/pmcd",
    "var/pmns",
    "var/config/pmda",
    "pmdas/bpftrace/autostart",
    "home",
  ];
  for (const name of folders) mkdirSync(join(folder, name), { recursive: true });
  const write = (name, lines) => writeFileSync(join(folder, name), `${lines.join("\n")}\n`);
  write("etc/tls.conf", []);
  write("var/root_bpftrace", ["root {", "    bpftrace 151:*:*", "}"]);
  execFileSync(
    `${PCP_BIN}/pmnsmerge`,
    ["-f", "/usr/lib/pcp/pmns/root_pmcd", `${folder}/var/root_bpftrace`, `${folder}/var/pmns/root`],
    { env: environment, stdio: "ignore" },
  );
  if (agent === "python") {
    cpSync(PYTHON_AGENT, `${folder}/pmdas/bpftrace`, { recursive: true, dereference: true });
    rmSync(`${folder}/pmdas/bpftrace/bpftrace.conf`, { force: true });
  }
  const command =
    agent === "python"
      ? ["/usr/bin/python3", `${folder}/pmdas/bpftrace/pmdabpftrace.python`]
      : [RUST_AGENT, "-d", "151", "-l", `${folder}/log/bpftrace.log`];
  write("etc/pmcd/pmcd.conf", [
    "pmcd\t2\tdso\tpmcd_init\t/usr/lib/pcp/pmdas/pmcd/pmda_pmcd.so",
    `bpftrace\t151\tpipe\tbinary${options.notready ? " notready" : ""}\t${[...command, ...(options.arguments ?? [])].join(" ")}`,
  ]);
  const bpftrace = options.fake ? installFake(join(folder, "fake"), options.fake) : "/usr/bin/bpftrace";
  write("pmdas/bpftrace/bpftrace.conf", [configuration(options.config, bpftrace)]);
  for (const [name, text] of Object.entries(options.autostart ?? {}))
    write(`etc/bpftrace/autostart/${name}`, [text]);
  const off = ["redis", "discover", "pmsearch", "pmseries"].flatMap((part) => [
    `[${part}]`,
    "enabled = false",
  ]);
  write("etc/pmproxy/pmproxy.conf", [
    "[pmproxy]",
    "pcp.enabled = true",
    "http.enabled = true",
    "redis.enabled = false",
    "secure.enabled = false",
    ...off,
  ]);
}

/** The text of bpftrace.conf: `sections` over what every test needs. */
export function configuration(sections = {}, bpftrace = "/usr/bin/bpftrace") {
  if (typeof sections === "string") return sections;
  const all = {
    ...sections,
    bpftrace: { bpftrace_path: bpftrace, ...sections.bpftrace },
    dynamic_scripts: { enabled: true, auth_enabled: false, ...sections.dynamic_scripts },
  };
  const lines = Object.entries(all).map(([name, keys]) =>
    [`[${name}]`, ...Object.entries(keys).map(([key, value]) => `${key} = ${value}`)].join("\n"),
  );
  return lines.join("\n\n");
}
