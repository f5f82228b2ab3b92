//! Every script of tests/corpus, judged by four real versions of bpftrace and by `bpflens check` for the same version.
//!
//! explained.txt holds the disagreements that were looked into, each with its reason: another one fails, and so does an
//! explanation of something that no longer is. What a version says of a script that it refuses stands in stderr/VERSION/;
//! UPDATE_EXPECT=1 records it anew, and crates/bt_analysis/tests/recorded_stderr.rs reads it.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';

import { VERSIONS, ask, missing, root } from './bpftrace.mjs';

const CORPUS = 'tests/corpus';
const RECORDINGS = path.join(root, 'tests/verdicts/stderr');
const EXPLAINED = path.join(root, 'tests/verdicts/explained.txt');

/** What a script imports is no script of its own. */
const IMPORTED = '/imports/';
const scripts = readdirSync(path.join(root, CORPUS), { recursive: true })
  .filter((name) => name.endsWith('.bt') && !name.includes(IMPORTED))
  .sort();
/** Which of these releases take the scripts of a folder; below pending/ are the same folders. */
const FOLDERS_SPEAK_OF = ['0.17', '0.27'];
const TAKEN_BY = { '.': ['0.17', '0.27'], newer: ['0.27'], older: ['0.17'], bad: [], outside: [] };

const explanations = readExplanations();
const table = [];

for (const version of VERSIONS) {
  const why = missing(version);
  // A machine that is set up for the tests has all versions.
  const skip = why !== undefined && process.env.CI !== 'true' && why;
  test(`bpftrace ${version} and bpflens judge ${scripts.length} scripts alike`, { skip }, async () => {
    assert.equal(why, undefined);
    const ours = await ourVerdicts(version);
    const theirs = await inParallel(scripts, (script) => ask(version, path.join(CORPUS, script)));
    const rows = scripts.map((script, place) => ({ script, ours: ours[place], ...theirs[place] }));
    addToTable(version, rows);
    const problems = [disagreements, staleExplanations, misplaced, recordingProblems].flatMap((find) => find(version, rows));
    assert.equal(problems.length, 0, `\n${problems.join('\n')}`);
  });
}

test('every script has a name of its own, which its recordings have', () => {
  const names = scripts.map((script) => path.basename(script));
  assert.deepEqual(names.filter((name, place) => names.indexOf(name) !== place), []);
});

test('every explanation names a version and a script that are there', () => {
  for (const { versions, script, line } of explanations) {
    assert.ok(versions.every((version) => VERSIONS.includes(version)), line);
    assert.ok(scripts.includes(script), line);
  }
});

after(() => {
  console.log('version | scripts | both accept | both reject | we reject alone | we accept alone | undecided here');
  for (const row of table) console.log(row.join(' | '));
});

function nativeCommand() {
  const places = [process.env.BPFLENS, 'target/release/bpflens', 'target/debug/bpflens'];
  const found = places.filter(Boolean).map((place) => path.resolve(root, place)).find(existsSync);
  assert.ok(found, 'no bpflens: build it with pkg-scripts/build, or name it in BPFLENS');
  return found;
}

/** Accept or reject for each script, and why we reject. */
function ourVerdicts(version) {
  const files = scripts.map((script) => path.join(CORPUS, script));
  return new Promise((resolve, reject) => {
    const args = ['check', '--json', '--target-version', version, ...files];
    execFile(nativeCommand(), args, { cwd: root, maxBuffer: 1 << 28 }, (error, stdout, stderr) => {
      if (error && error.code !== 1) return reject(new Error(`${error.message}\n${stderr}`));
      const reports = stdout.split('\n').slice(0, -1).map((line) => JSON.parse(line));
      assert.deepEqual(reports.map((report) => report.file), files);
      resolve(reports.map((report) => report.diagnostics.filter((found) => found.severity === 'error')));
    });
  });
}

/** `ask` of each item, as many at a time as there are processors. */
async function inParallel(items, ask) {
  const results = [];
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const place = next++;
      results[place] = await ask(items[place]);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return results;
}

/** Who is alone in which opinion; undefined if both have the same, or one has none. */
function disagreement({ ours, verdict }) {
  if (verdict === 'accept' && ours.length > 0) return 'we reject';
  if (verdict === 'reject' && ours.length === 0) return 'we accept';
  return undefined;
}

function disagreements(version, rows) {
  const found = rows.map((row) => ({ ...row, alone: disagreement(row) })).filter(({ alone }) => alone !== undefined);
  const isExplained = ({ script, alone }) =>
    explanations.some((known) => known.versions.includes(version) && known.script === script && known.alone === alone);
  return found.filter((row) => !isExplained(row)).map((row) => {
    const said = row.alone === 'we reject' ? row.ours.map(({ code, message }) => `${code}: ${message}`).join('; ') : row.stderr;
    return `${version} ${row.script}: ${row.alone} it alone (their status ${row.status}): ${said}`;
  });
}

function staleExplanations(version, rows) {
  const holds = ({ script, alone }) => rows.some((row) => row.script === script && disagreement(row) === alone);
  return explanations
    .filter((known) => known.versions.includes(version) && !holds(known))
    .map((known) => `${version} ${known.script}: the explanation is stale: ${known.line}`);
}

/** Scripts whose folder does not say who takes them. */
function misplaced(version, rows) {
  return rows.filter(({ script, verdict }) => {
    const folder = path.dirname(script).replace(/^pending\/?/, '') || '.';
    const taken = TAKEN_BY[folder]?.includes(version);
    return FOLDERS_SPEAK_OF.includes(version) && verdict !== 'undecided' && taken !== (verdict === 'accept');
  }).map(({ script, verdict }) => `${version} ${script}: stands in the wrong folder: the verdict is ${verdict}`);
}

/** Lines `VERSION,… SCRIPT we accept|we reject: REASON`. */
function readExplanations() {
  const lines = readFileSync(EXPLAINED, 'utf8').split('\n').filter((line) => line && !line.startsWith('#'));
  return lines.map((line) => {
    const [, versions, script, alone] = /^(\S+) (\S+) (we accept|we reject): \S/.exec(line) ?? assert.fail(`explained.txt: ${line}`);
    return { versions: versions.split(','), script, alone, line };
  });
}

/** Compares what the version said of the scripts that it refuses with the recordings, or makes them. */
function recordingProblems(version, rows) {
  const folder = path.join(RECORDINGS, version);
  const file = (script) => path.join(folder, `${path.basename(script, '.bt')}.txt`);
  const said = new Map(rows.filter(({ verdict }) => verdict === 'reject').map(({ script, stderr }) => [file(script), stderr]));
  if (process.env.UPDATE_EXPECT) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    for (const [place, stderr] of said) {
      writeFileSync(place, stderr);
    }
    return [];
  }
  const there = existsSync(folder) ? readdirSync(folder) : [];
  const extra = there.map((name) => path.join(folder, name)).filter((place) => !said.has(place));
  const other = [...said].filter(([place, stderr]) => !existsSync(place) || readFileSync(place, 'utf8') !== stderr);
  return [
    ...extra.map((place) => `${path.relative(root, place)}: the script is gone or accepted`),
    ...other.map(([place, stderr]) => `${path.relative(root, place)}: bpftrace ${version} says something else: ${stderr}`),
  ];
}

function addToTable(version, rows) {
  const count = (theirs, weReject) =>
    rows.filter(({ verdict, ours }) => verdict === theirs && ours.length > 0 === weReject).length;
  const undecided = rows.filter(({ verdict }) => verdict === 'undecided').length;
  table.push([
    version, rows.length, count('accept', false), count('reject', true), count('accept', true), count('reject', false), undecided,
  ]);
}
