// Install, Remove and Upgrade, in PCP's manner, against a private pmcd.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";

import { PCP_BIN, RUST_AGENT } from "./private-files.mjs";
import { AGENT, missing, skipReason, start } from "./private-pcp.mjs";
import { eventually } from "./wait.mjs";

const SCRIPTS = fileURLToPath(new URL("../../pkg-scripts/pmda", import.meta.url));
const PYTHON = "bpftrace\t151\tpipe\tbinary\tpython3 /var/lib/pcp/pmdas/bpftrace/pmdabpftrace.python";
const skip = AGENT === "rust" ? skipReason("Install") : "only of our own agent";
const limit = { stdio: ["ignore", "pipe", "pipe"] };

describe("Install, Remove, Upgrade", { skip, concurrency: 2 }, () => {
  test("Install adds the agent to pmcd, again it does no harm, Remove takes it away; the configuration stays", async (context) => {
    const pcp = await withoutAgent(context);
    const pmda = layOut(pcp);
    const configuration = readFileSync(join(pmda, "bpftrace.conf"), "utf8");
    for (const time of ["first", "second"]) {
      const installed = await run(pcp, pmda, "./Install");
      assert.equal(installed.code, 0, installed.text);
      assert.match(
        installed.text,
        /Check bpftrace metrics have appeared \.\.\. \d+ metrics/,
        `${time}: ${installed.text}`,
      );
      assert.deepEqual(
        linesOf(pcp).map((line) => line.replaceAll(/\s+/g, " ")),
        [`bpftrace 151 pipe binary notready ${pmda}/pmdabpftrace -d 151 --notready`],
      );
      await pcp.agentReady();
      assert.equal(
        (await pcp.pmstore("bpftrace.control.register", `// name: ${time}\nBEGIN { @x = 1; }`)).code,
        0,
      );
    }
    const removed = await run(pcp, pmda, "./Remove");
    assert.equal(removed.code, 0, removed.text);
    assert.match(removed.text, /metrics have gone away \.\.\. OK/);
    assert.deepEqual(linesOf(pcp), []);
    await eventually("the agent has ended", () => pcp.agentPid() === undefined);
    assert.deepEqual(await pcp.names("bpftrace"), []);
    assert.equal(readFileSync(join(pmda, "bpftrace.conf"), "utf8"), configuration);
  });

  test("Install replaces PCP's agent of that name, and says when the binary does not run", async (context) => {
    const pcp = await withoutAgent(context);
    const pmda = layOut(pcp);
    const conf = join(pcp.folder, "etc/pmcd/pmcd.conf");
    writeFileSync(conf, `${readFileSync(conf, "utf8")}${PYTHON}\n`);
    rmSync(join(pmda, "pmdabpftrace"));
    const without = await run(pcp, pmda, "./Install");
    assert.notEqual(without.code, 0);
    assert.match(without.text, /pmdabpftrace/);
    assert.deepEqual(linesOf(pcp), [PYTHON], "nothing has changed");
    copyFileSync(RUST_AGENT, join(pmda, "pmdabpftrace"));
    const installed = await run(pcp, pmda, "./Install");
    assert.equal(installed.code, 0, installed.text);
    assert.equal(linesOf(pcp).length, 1);
    assert.match(linesOf(pcp)[0], /pmdabpftrace -d 151 +--notready$/);
    await pcp.agentReady();
  });

  test("without any configuration Install writes one that allows no dynamic scripts", async (context) => {
    const pcp = await withoutAgent(context);
    const pmda = layOut(pcp);
    rmSync(join(pmda, "bpftrace.conf"));
    const installed = await run(pcp, pmda, "./Install");
    assert.equal(installed.code, 0, installed.text);
    await pcp.agentReady();
    assert.ok(existsSync(join(pcp.folder, "etc/bpftrace/bpftrace.conf")));
    assert.match((await pcp.pmstore("bpftrace.control.register", "BEGIN { @x = 1; }")).text, /[Pp]ermission/);
    assert.doesNotMatch(pcp.log(), /bpftrace\.conf, line/, "its own example is taken without complaint");
  });

  test("Upgrade replaces the line of PCP's agent and no other", async (context) => {
    const pcp = await withoutAgent(context);
    const pmda = layOut(pcp);
    const conf = join(pcp.folder, "etc/pmcd/pmcd.conf");
    const others = readFileSync(conf, "utf8");
    assert.equal((await run(pcp, pmda, "./Upgrade")).code, 0);
    assert.equal(readFileSync(conf, "utf8"), others, "where there is none, none is added");
    writeFileSync(conf, `${others}${PYTHON}\n[access]\nallow * : all;\n`);
    const upgraded = await run(pcp, pmda, "./Upgrade");
    assert.equal(upgraded.code, 0, upgraded.text);
    const [line] = linesOf(pcp);
    assert.match(
      line,
      new RegExp(`^bpftrace\\s+151\\s+pipe\\s+binary notready\\s+${pmda}/pmdabpftrace -d 151 --notready$`),
    );
    const after = readFileSync(conf, "utf8");
    assert.equal(after.replace(/^bpftrace.*\n/m, ""), `${others}[access]\nallow * : all;\n`);
    assert.equal((await run(pcp, pmda, "./Upgrade")).code, 0);
    assert.equal(readFileSync(conf, "utf8"), after);
  });

  test("Upgrade works in a folder outside of PCP's, of any name, and keeps the arguments", async (context) => {
    const pcp = await withoutAgent(context);
    const pmda = layOut(pcp, join(pcp.folder, "o,t&h\\1er|/pmdas/bpftrace"));
    const conf = join(pcp.folder, "etc/pmcd/pmcd.conf");
    const others = readFileSync(conf, "utf8");
    chmodSync(conf, 0o640);
    writeFileSync(conf, `${PYTHON}  -D fetch -l /tmp/x&.log\n${others}`);
    const upgraded = await run(pcp, pmda, "./Upgrade");
    assert.equal(upgraded.code, 0, upgraded.text);
    const line = `bpftrace\t151\tpipe\tbinary notready\t\t${pmda}/pmdabpftrace -d 151 -D fetch -l /tmp/x&.log --notready`;
    assert.equal(readFileSync(conf, "utf8"), `${line}\n${others}`);
    assert.equal(statSync(conf).mode & 0o777, 0o640);
    assert.deepEqual(readdirSync(join(pcp.folder, "etc/pmcd")), ["pmcd.conf"], "no copy is left");

    const blank = layOut(pcp, join(pcp.folder, "with blank/pmdas/bpftrace"));
    writeFileSync(conf, `${others}${PYTHON}\n`);
    for (const script of ["./Upgrade", "./Install"]) {
      const refused = await run(pcp, blank, script);
      assert.notEqual(refused.code, 0);
      assert.match(refused.text, /blank/);
    }
    assert.deepEqual(linesOf(pcp), [PYTHON]);
  });

  test("Install refuses a folder with links, as PCP's own, and changes no file there", async (context) => {
    const pcp = await withoutAgent(context);
    const pmda = layOut(pcp);
    const linked = join(pcp.folder, "linked");
    writeFileSync(linked, "", { mode: 0o666 });
    chmodSync(linked, 0o666);
    symlinkSync(linked, join(pmda, "README.link"));
    const refused = await run(pcp, pmda, "./Install");
    assert.notEqual(refused.code, 0);
    assert.match(refused.text, /README\.link is a link/);
    assert.equal(statSync(linked).mode & 0o777, 0o666);
    assert.deepEqual(linesOf(pcp), []);
  });

  test("--notready counts, not the pmcd.conf of another pmcd", async () => {
    for (const [notready, argument] of [
      [true, "--notready"],
      [false, "--notready=false"],
    ]) {
      const other = mkdtempSync(join(tmpdir(), "bpflens-pmcd-conf-"));
      const conf = join(other, "pmcd.conf");
      writeFileSync(conf, `bpftrace 151 pipe binary ${notready ? "" : "notready "}/agent -d 151\n`);
      try {
        const environment = { PCP_PMCDCONF_PATH: conf };
        const pcp = await start({ notready, arguments: [argument], environment, pmproxy: false });
        await pcp.stop();
      } finally {
        rmSync(other, { recursive: true });
      }
    }
  });

  test("the man page and the scripts are well formed", async () => {
    for (const script of ["Install", "Remove", "Upgrade"])
      execFileSync("/bin/sh", ["-n", join(SCRIPTS, script)], limit);
    const page = join(SCRIPTS, "pmdabpftrace.1");
    execFileSync("/usr/bin/groff", ["-man", "-Tutf8", "-ww", "-z", page], limit);
    const text = readFileSync(page, "utf8");
    for (const option of ["config", "domain", "logfile"]) assert.match(text, new RegExp(option), option);
  });
});

/** A private pmcd without a bpftrace agent and without its names. */
async function withoutAgent(context) {
  assert.equal(missing(), undefined);
  const prepare = (folder) => {
    const conf = join(folder, "etc/pmcd/pmcd.conf");
    writeFileSync(conf, readFileSync(conf, "utf8").replace(/^bpftrace.*\n/m, ""));
    execFileSync(`${PCP_BIN}/pmnsdel`, ["-n", "root", "bpftrace"], {
      cwd: join(folder, "var/pmns"),
      ...limit,
    });
  };
  const pcp = await start({ ready: false, pmproxy: false, prepare });
  context.after(() => pcp.stop());
  return pcp;
}

/** The folder that build-pmda lays out. */
function layOut(pcp, pmda = join(pcp.folder, "pmdas/bpftrace")) {
  cpSync(SCRIPTS, pmda, { recursive: true, filter: (path) => !path.endsWith("bpftrace.conf") });
  copyFileSync(join(SCRIPTS, "bpftrace.conf"), join(pmda, "bpftrace.conf.default"));
  copyFileSync(RUST_AGENT, join(pmda, "pmdabpftrace"));
  return pmda;
}

/**
 * Runs one of the scripts. They signal every pmcd and every agent of that name on the host, and write to the system's
 * log of changes: here a `pmsignal` of ours reaches the private pmcd alone, and nothing starts the system's.
 */
function run(pcp, pmda, script) {
  const programs = join(pcp.folder, "programs");
  if (!existsSync(programs)) {
    mkdirSync(programs);
    const stubs = {
      pmpost: "#!/bin/sh\n",
      pmsignal: `#!/bin/sh\ncase "$*" in *' HUP pmcd') kill -HUP ${pcp.pmcdPid} ;; esac\n`,
    };
    for (const name of readdirSync(PCP_BIN))
      if (!(name in stubs)) symlinkSync(join(PCP_BIN, name), join(programs, name));
    for (const [name, text] of Object.entries(stubs))
      writeFileSync(join(programs, name), text, { mode: 0o755 });
  }
  const env = {
    ...pcp.environment,
    PCP_BINADM_DIR: programs,
    PCP_RC_DIR: programs,
    PCP_SYSTEMDUNIT_DIR: programs,
    PCPQA_SYSTEMD: "no",
    PATH: `${programs}:/usr/sbin:/usr/bin:/sbin:/bin`,
  };
  return pcp.run(join(pmda, script), [], { cwd: pmda, env });
}

/** The lines of pmcd.conf about the agent. */
function linesOf(pcp) {
  return readFileSync(join(pcp.folder, "etc/pmcd/pmcd.conf"), "utf8")
    .split("\n")
    .filter((line) => /^bpftrace\s/.test(line))
    .map((line) => line.trimEnd());
}
