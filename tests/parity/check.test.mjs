//! Every script below tests/ and web/, analysed by the native command and by the WASM core, gives the same bytes.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { loadCore } from './core.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const FOLDERS = ['tests', 'web'];
const SKIPPED = new Set(['node_modules', 'dist', 'pkg']);
/** Old and new grammar; an unset version is the newest one that the core knows. */
const VERSIONS = [undefined, '0.17'];
/** Files handed to one process. */
const BATCH = 200;

const core = await loadCore();

function* scripts(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory() && !SKIPPED.has(entry.name)) yield* scripts(file);
    else if (entry.isFile() && entry.name.endsWith('.bt')) yield path.relative(root, file);
  }
}

function nativeCommand() {
  const places = [process.env.BPFLENS, 'target/release/bpflens', 'target/debug/bpflens'];
  const found = places.filter(Boolean).map((place) => path.resolve(root, place)).find(existsSync);
  assert.ok(found, 'no bpflens: build it with pkg-scripts/build, or name it in BPFLENS');
  return found;
}

/** What `check --json` prints: a line a file. It exits with 1 if a script has an error. */
function nativeCheck(command, files, version) {
  const target = version === undefined ? [] : ['--target-version', version];
  return new Promise((resolve, reject) => {
    execFile(command, ['check', '--json', ...target, ...files], { cwd: root, maxBuffer: 1 << 28 }, (error, stdout, stderr) => {
      if (error && error.code !== 1) reject(new Error(`${error.message}\n${stderr}`));
      else resolve(stdout.split('\n').slice(0, -1));
    });
  });
}

const files = FOLDERS.flatMap((folder) => [...scripts(path.join(root, folder))]).sort();

test('there are scripts to compare', () => {
  assert.ok(files.length >= 8, `${files.length} scripts below ${FOLDERS.join(' and ')}`);
});

for (const version of VERSIONS) {
  test(`native and WASM agree on ${files.length} scripts for bpftrace ${version ?? '(newest)'}`, async () => {
    const command = nativeCommand();
    for (let start = 0; start < files.length; start += BATCH) {
      const batch = files.slice(start, start + BATCH);
      const native = await nativeCheck(command, batch, version);
      assert.equal(native.length, batch.length, 'a line a file');
      for (const [place, file] of batch.entries()) {
        const source = await readFile(path.join(root, file), 'utf8');
        assert.equal(core.checkJson(file, source, version), native[place], file);
      }
    }
  });
}
