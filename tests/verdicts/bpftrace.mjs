//! Asks a real bpftrace of a given version whether it takes a script, without tracing anything.
import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));

/** How each version is told to compile a script and to stop there. */
const COMPILE_ONLY = { '0.11': ['-d'], '0.17': ['-d'], '0.23': ['--dry-run'], '0.27': ['--dry-run'] };
export const VERSIONS = Object.keys(COMPILE_ONLY);

/** A run takes 0.2 s, on a busy machine some seconds; one that hangs must not hang the tests. */
const LIMIT_MILLIS = 60_000;
/** The script was compiled and then could not be loaded or attached, which is this kernel's fault or its verifier's. */
const NOT_ATTACHED = 255;
/** The first error of a script that cannot be judged here, for the version asks the kernel for something before. */
const NOT_IN_KERNEL = /ERROR: \S+ not available for your kernel version/;
/** 0.11 makes C of tracepoints, whose types it then wants from kernel headers, which need not be there. */
const NO_HEADERS = /^definitions\.h:\d+:\d+: error: unknown type name [^]*^struct _tracepoint_/m;
/** What a version says of this machine, whatever the script. */
const OF_THE_MACHINE = [/RLIMIT_MEMLOCK/, /available_filter_functions/, /^BTF: failed to find BTF data/];

/** Why scripts cannot be given to `version` here; undefined if they can. */
export function missing(version) {
  if (!existsSync(path.join(root, '.tools/bpftrace', version, 'installed'))) {
    return `bpftrace ${version} is not installed: run pkg-scripts/bpftrace-versions ${version}`;
  }
  return process.getuid() === 0 ? undefined : 'bpftrace needs root';
}

/**
 * What `version` says of the script `file`, a path from the root: `verdict` is accept, reject or undecided, `stderr` what
 * it wrote of the script, with the script's name alone.
 */
export async function ask(version, file) {
  const command = path.join(root, 'pkg-scripts/bpftrace-at');
  const args = [version, ...COMPILE_ONLY[version], path.basename(file)];
  const { status, stderr } = await run(...withFunctions([command, ...args]), path.join(root, path.dirname(file)));
  const lines = stderr.split('\n').filter((line) => line && !OF_THE_MACHINE.some((pattern) => pattern.test(line)));
  return { verdict: verdict(status, stderr), status, stderr: lines.map((line) => `${line}\n`).join('') };
}

function verdict(status, stderr) {
  const firstError = stderr.split('\n').find((line) => line.includes('ERROR: ') && !line.includes('RLIMIT_MEMLOCK')) ?? '';
  if (NOT_IN_KERNEL.test(firstError) || NO_HEADERS.test(stderr)) return 'undecided';
  return status === 0 || status === NOT_ATTACHED ? 'accept' : 'reject';
}

function run(command, args, cwd) {
  return new Promise((resolve, reject) => {
    const limits = { cwd, timeout: LIMIT_MILLIS, killSignal: 'SIGKILL', maxBuffer: 1 << 26 };
    execFile(command, args, limits, (error, _stdout, stderr) => {
      if (error?.killed) reject(new Error(`${args.join(' ')}: no answer within ${LIMIT_MILLIS / 1000} s`));
      else resolve({ status: error ? (error.code ?? error.signal) : 0, stderr });
    });
  });
}

/**
 * A kernel without kprobes does not say which functions it has, and then bpftrace takes no kprobe of any name. Its symbols
 * tell the same; the command gets them as the file that bpftrace reads.
 */
function withFunctions(command) {
  if (functions === undefined) return [command[0], command.slice(1)];
  const mounts = LISTS.map((list) => `mount --bind ${functions} ${list}`).join('; ');
  return ['unshare', ['--mount', '--propagation', 'private', 'sh', '-euc', `${mounts}; exec "$@"`, 'sh', ...command]];
}

const LISTS = ['/sys/kernel/tracing', '/sys/kernel/debug/tracing']
  .map((folder) => `${folder}/available_filter_functions`)
  .filter(existsSync);
const functions = LISTS.some(isEmpty) ? writeFunctions() : undefined;

function isEmpty(list) {
  try {
    accessSync(list, constants.R_OK);
    return readFileSync(list).length === 0;
  } catch {
    return true;
  }
}

/** As the kernel would: a name a line, with its module in brackets behind it. */
function writeFunctions() {
  const folder = mkdtempSync(path.join(tmpdir(), 'bpflens-functions-'));
  process.on('exit', () => rmSync(folder, { recursive: true }));
  const symbols = readFileSync('/proc/kallsyms', 'utf8').split('\n').map((line) => line.split(/\s+/));
  const functions = symbols.filter(([, kind, , module]) => (kind === 't' || kind === 'T') && module !== '[bpf]');
  const lines = functions.map(([, , name, module]) => (module ? `${name} ${module}` : name));
  writeFileSync(path.join(folder, 'functions'), `${[...new Set(lines)].join('\n')}\n`);
  return path.join(folder, 'functions');
}
