// A private pmcd and pmproxy with Debian's Python bpftrace agent, in a folder of its own: no file of the system's is touched.

import { execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const PCP_BIN = '/usr/lib/pcp/bin';
const PYTHON_AGENT = '/var/lib/pcp/pmdas/bpftrace';
const START_TIMEOUT_MILLIS = 20_000;

/** Why no private PCP can run here; undefined if it can. */
export function missing() {
  if (process.getuid() !== 0) return 'not root';
  if (!existsSync(`${PCP_BIN}/pmproxy`)) return 'pcp is not installed';
  if (!existsSync(`${PYTHON_AGENT}/pmdabpftrace.python`)) return "PCP's bpftrace agent is not installed";
  if (!existsSync('/usr/bin/bpftrace')) return 'bpftrace is not installed';
  if (!existsSync('/sys/kernel/tracing/events')) return 'tracefs is not mounted';
  return undefined;
}

/** Starts the two daemons. `base` is pmproxy's URL, `hostspec` names the private pmcd; `stop` ends both by pid. */
export async function start() {
  const folder = mkdtempSync(join(tmpdir(), 'bpflens-pcp-'));
  const [pmcdPort, pmproxyPort] = [await freePort(), await freePort()];
  const socket = join(folder, 'run/pmcd.socket');
  const environment = privateEnvironment(folder, pmcdPort, socket);
  writeConfiguration(folder, environment);
  const run = (program, args) =>
    spawn(`${PCP_BIN}/${program}`, args, { cwd: join(folder, 'log', program), env: environment, stdio: 'ignore' });

  const pmcd = run('pmcd', ['-f', '-A', '-c', `${folder}/etc/pmcd/pmcd.conf`, '-n', `${folder}/var/root`, '-s', socket,
    '-l', `${folder}/log/pmcd/pmcd.log`, '-x', `${folder}/log/pmcd/fatal`]);
  await eventually('pmcd and its agent', () =>
    execFileSync('/usr/bin/pminfo', ['-h', `unix://${socket}`, '-f', 'bpftrace.control.register'], {
      env: environment, stdio: 'ignore' }));
  const pmproxy = run('pmproxy', ['-f', '-A', '-t', '-c', `${folder}/etc/pmproxy/pmproxy.conf`, '-p', `${pmproxyPort}`,
    '-s', `${folder}/run/pmproxy.socket`, '-l', `${folder}/log/pmproxy/pmproxy.log`, '-x', `${folder}/log/pmproxy/fatal`]);
  const base = `http://127.0.0.1:${pmproxyPort}`;
  const hostspec = `127.0.0.1:${pmcdPort}`;
  await eventually('pmproxy', async () => {
    const answer = await fetch(`${base}/pmapi/context?hostspec=${hostspec}`);
    if (!answer.ok) throw new Error(await answer.text());
  });

  const stop = async () => {
    for (const daemon of [pmproxy, pmcd]) {
      const ended = new Promise((resolve) => daemon.once('exit', resolve));
      if (daemon.kill()) await ended;
    }
    rmSync(folder, { recursive: true, force: true });
  };
  return { base, hostspec, stop };
}

/** Every place that libpcp would look in, moved below `folder`. */
function privateEnvironment(folder, port, socket) {
  return {
    // The agent is a Python program: Debian's Python must come first.
    PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
    HOME: `${folder}/home`,
    PCP_SYSCONF_DIR: `${folder}/etc`,
    PCP_PMCDCONF_PATH: `${folder}/etc/pmcd/pmcd.conf`,
    PCP_TLSCONF_PATH: `${folder}/etc/tls.conf`,
    PCP_RUN_DIR: `${folder}/run`,
    PCP_LOG_DIR: `${folder}/log`,
    PCP_TMP_DIR: `${folder}/tmp`,
    PCP_VAR_DIR: `${folder}/var`,
    PCP_PMDAS_DIR: `${folder}/pmdas`,
    PMNS_DEFAULT: `${folder}/var/root`,
    PMCD_PORT: `${port}`,
    PMCD_LOCAL: '1',
    PMCD_SOCKET: socket,
    PMPROXY_LOCAL: '1',
    PMCD_ROOT_AGENT: '0',
  };
}

function writeConfiguration(folder, environment) {
  const folders = ['etc/pmcd', 'etc/pmproxy', 'etc/bpftrace/autostart', 'run', 'log/pmcd', 'log/pmproxy', 'tmp',
    'var/pmcd', 'var/config/pmda', 'pmdas', 'home'];
  for (const name of folders) mkdirSync(join(folder, name), { recursive: true });
  const write = (name, lines) => writeFileSync(join(folder, name), `${lines.join('\n')}\n`);
  write('etc/tls.conf', []);
  write('var/root_bpftrace', ['root {', '    bpftrace 151:*:*', '}']);
  execFileSync(`${PCP_BIN}/pmnsmerge`, ['-f', '/usr/lib/pcp/pmns/root_pmcd', `${folder}/var/root_bpftrace`,
    `${folder}/var/root`], { env: environment, stdio: 'ignore' });
  write('etc/pmcd/pmcd.conf', [
    'pmcd\t2\tdso\tpmcd_init\t/usr/lib/pcp/pmdas/pmcd/pmda_pmcd.so',
    `bpftrace\t151\tpipe\tbinary\t/usr/bin/python3 ${folder}/pmdas/bpftrace/pmdabpftrace.python`,
  ]);
  cpSync(PYTHON_AGENT, `${folder}/pmdas/bpftrace`, { recursive: true, dereference: true });
  rmSync(`${folder}/pmdas/bpftrace/bpftrace.conf`, { force: true });
  write('pmdas/bpftrace/bpftrace.conf', [
    '[bpftrace]', 'bpftrace_path = /usr/bin/bpftrace', '[dynamic_scripts]', 'enabled = true', 'auth_enabled = false']);
  const off = ['redis', 'discover', 'pmsearch', 'pmseries'].flatMap((part) => [`[${part}]`, 'enabled = false']);
  write('etc/pmproxy/pmproxy.conf', ['[pmproxy]', 'pcp.enabled = true', 'http.enabled = true', 'redis.enabled = false',
    'secure.enabled = false', ...off]);
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

async function eventually(what, attempt) {
  const end = Date.now() + START_TIMEOUT_MILLIS;
  for (;;) {
    try {
      await attempt();
      return;
    } catch (error) {
      if (Date.now() > end) throw new Error(`${what} did not start: ${error.message}`);
      await sleep(50);
    }
  }
}
