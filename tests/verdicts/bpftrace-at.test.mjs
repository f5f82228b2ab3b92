//! pkg-scripts/bpftrace-at is bpftrace to who calls it, and leaves nothing behind.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { VERSIONS, missing, root } from './bpftrace.mjs';

const SCRIPT = 'interval:ms:200 { printf("ready %s\\n", str($1)); } END { printf("bye\\n"); }';

for (const version of VERSIONS) {
  const why = missing(version);
  const skip = why !== undefined && process.env.CI !== 'true' && why;
  test(`bpftrace ${version} gets its arguments and signals, and its mounts end with it`, { skip, timeout: 60_000 }, async () => {
    assert.equal(why, undefined);
    const bpftrace = spawn(path.join(root, 'pkg-scripts/bpftrace-at'), [version, '-e', SCRIPT, "it's $here"], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let output = '';
    bpftrace.stdout.setEncoding('utf8');
    const closed = once(bpftrace, 'close');
    for await (const text of bpftrace.stdout) {
      const isFirst = !output.includes('ready');
      output += text;
      if (isFirst && output.includes('ready')) {
        // The process that was started is bpftrace itself by now.
        assert.match(readFileSync(`/proc/${bpftrace.pid}/cmdline`, 'utf8'), /^\/usr\/bin\/bpftrace\0/);
        bpftrace.kill('SIGINT');
      }
    }
    assert.deepEqual(await closed, [0, null]);
    assert.match(output, /ready it's \$here\n/);
    assert.match(output, /bye\n/);
    assert.doesNotMatch(readFileSync('/proc/self/mounts', 'utf8'), /\.tools\/bpftrace/);
  });
}

test('bpftrace-at says what is missing', async () => {
  const bpftrace = spawn(path.join(root, 'pkg-scripts/bpftrace-at'), ['0.1', '-e', SCRIPT], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  for await (const text of bpftrace.stderr) said += text;
  assert.match(said, /^error: bpftrace 0\.1 is not installed\n/);
  assert.notEqual(bpftrace.exitCode, 0);
});
