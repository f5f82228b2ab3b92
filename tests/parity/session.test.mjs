//! The class `Session` across the boundary: what a page does with it, against a host in memory.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { loadCore } from './core.mjs';
import { FakeHost } from './fake_host.mjs';

const core = await loadCore();

/** Ticks every 50 ms of pretended time, and answers at once. */
function drive(session, host, from, until) {
  for (let now = from; now <= until; now += 50) {
    for (const request of session.tick(now)) {
      const { status, body } = host.answer(request, now);
      session.respond(request.id, status, body, now);
    }
  }
}

test('a script runs, its counters become rates, and its registration goes back', () => {
  const host = new FakeHost();
  const session = new core.Session({ pollMillis: 1000 });
  assert.equal(session.connection().state, 'connecting');
  session.run('panel', 'tracepoint:syscalls:sys_enter_read { @reads[comm] = count(); }', 0);
  assert.deepEqual(session.status('panel', 250), { state: 'registering', elapsedMillis: 250 });
  drive(session, host, 0, 10_000);

  assert.deepEqual(session.connection(), { state: 'connected', context: 7, host: 'fake' });
  assert.deepEqual(session.agent(), { version: '0.1.0', bpftraceVersion: '0.17.0' });
  const status = session.status('panel', 10_000);
  assert.equal(status.state, 'running');
  assert.equal(status.probes, 1);
  assert.equal(status.hasData, true);

  const [metric] = session.metrics('panel');
  assert.equal(metric.leaf, 'reads');
  assert.equal(metric.map, '@reads');
  assert.equal(metric.defaultFormat, 'timeseries');
  assert.equal(metric.instances, 2);

  const frame = session.timeSeries('panel', 'reads', { from: 0, to: 20_000 });
  assert.ok(frame.times instanceof Float64Array);
  assert.deepEqual(frame.series.map((series) => series.label), ['dd', 'cat']);
  const [first, ...others] = frame.series[0].values;
  assert.ok(frame.series[0].values instanceof Float64Array);
  assert.ok(Number.isNaN(first), 'the first row has no row before it');
  assert.deepEqual(others, Array(frame.times.length - 1).fill(10));
  assert.equal(frame.unit, '/s');

  const top = session.timeSeries('panel', 'reads', { from: 0, to: 20_000, maxSeries: 1, rate: false });
  assert.equal(top.omitted, 1);
  assert.equal(top.series[0].values.at(-1), host.counted(10));

  assert.deepEqual(session.table('panel', ['reads']), {
    columns: [{ name: 'key', kind: 'key' }, { name: 'reads', kind: 'value' }],
    rows: [['dd', host.counted(10)], ['cat', host.counted(5)]],
    omitted: 0,
  });

  assert.equal(host.leases, 1);
  for (const request of session.releaseRequests()) host.answer(request, 10_000);
  assert.equal(host.leases, 0);
  session.free();
});

test('a lost host is shown, and found again', () => {
  const host = new FakeHost();
  const session = new core.Session({});
  session.run('panel', 'BEGIN { @reads["x"] = count(); }', 0);
  drive(session, host, 0, 5_000);
  for (const request of session.tick(6_100)) session.fail(request.id, 'connection refused', 6_100);
  const { state, message, retryInMillis } = session.connection();
  assert.equal(state, 'disconnected');
  assert.equal(message, 'connection refused');
  assert.ok(retryInMillis > 0 && retryInMillis <= 5_000);
  drive(session, host, 6_200, 12_000);
  assert.equal(session.connection().state, 'connected');
  assert.equal(host.leases, 1, 'the host still has the script: it is not registered again');
  const { series } = session.timeSeries('panel', 'reads', { from: 5_500, to: 12_000 });
  assert.ok(series[0].values.includes(NaN), 'the outage is a gap');
  session.free();
});

test('an open end of a bucket is undefined, however an agent tells the bounds', () => {
  const buckets = [
    { name: '-inf--1', labels: { low: '-inf', high: '-1' }, perSecond: 1 },
    { name: '4-7', labels: { low: '4', high: '7' }, perSecond: 10 },
    { name: '1024-inf', labels: { low: '1024', high: 'inf' }, perSecond: 2 },
  ];
  const host = new FakeHost([
    { leaf: 'labelled', labels: { metrictype: 'histogram' }, instances: buckets },
    {
      leaf: 'named',
      labels: { metrictype: 'histogram' },
      instances: buckets.map(({ name, perSecond }) => ({ name, perSecond })),
    },
  ]);
  const session = new core.Session({});
  session.run('panel', 'BEGIN { @labelled = hist(1); @named = hist(1); }', 0);
  drive(session, host, 0, 10_000);
  for (const leaf of ['labelled', 'named']) {
    const frame = session.heatMap('panel', leaf, { from: 0, to: 20_000 });
    assert.deepEqual(frame.buckets.at(0), { low: undefined, high: -1 }, leaf);
    assert.deepEqual(frame.buckets.at(-1), { low: 1024, high: undefined }, leaf);
    const place = frame.buckets.findIndex(({ low }) => low === 4);
    assert.deepEqual(frame.buckets[place], { low: 4, high: 7 }, leaf);
    assert.ok(frame.counts instanceof Float64Array);
    const latest = frame.counts.subarray(-frame.buckets.length);
    assert.deepEqual([latest.at(0), latest[place], latest.at(-1)], [1, 10, 2], leaf);
  }
  session.free();
});

test('a flame graph has numbers as typed arrays, and names with every character', () => {
  const stack = (leaf) => `\n    ${leaf}+3\n    main \u{1f980}\\"+17\n`;
  const stacks = ['a', 'operator<'].map((leaf) => ({ name: stack(leaf), labels: { key0: stack(leaf) }, perSecond: 2 }));
  const host = new FakeHost([{ leaf: 'stacks', labels: { metrictype: 'stacks' }, instances: stacks }]);
  const session = new core.Session({});
  session.run('panel', 'BEGIN { @stacks[kstack] = count(); }', 0);
  drive(session, host, 0, 10_000);
  const { levels, values, selfs, labels } = session.flameTable('panel', 'stacks', { from: 0, to: 20_000 });
  assert.deepEqual(labels, ['all', 'main \u{1f980}\\"', 'a', 'operator<']);
  assert.deepEqual(levels, Float64Array.of(0, 1, 2, 2));
  const [all] = values;
  assert.ok(all > 0);
  assert.deepEqual([values, selfs], [Float64Array.of(all, all, all / 2, all / 2), Float64Array.of(0, 0, all / 2, all / 2)]);
  session.free();
});

test('a key that one of the joined metrics lacks has an undefined cell', () => {
  const counter = (leaf, names) => ({ leaf, instances: names.map((name) => ({ name, perSecond: 1 })) });
  const host = new FakeHost([counter('reads', ['dd', 'cat']), counter('writes', ['dd', 'tee'])]);
  const session = new core.Session({});
  session.run('panel', 'BEGIN { @reads["x"] = count(); @writes["x"] = count(); }', 0);
  drive(session, host, 0, 10_000);
  const { columns, rows } = session.table('panel', ['reads', 'writes']);
  assert.deepEqual(columns.map(({ name }) => name), ['key', 'reads', 'writes']);
  const value = host.counted(1);
  assert.deepEqual(rows, [['cat', value, undefined], ['dd', value, value], ['tee', undefined, value]]);
  session.free();
});

test('frames of what does not exist are empty, and misuse is an error', () => {
  const session = new core.Session({});
  assert.deepEqual(session.status('nobody', 0), { state: 'idle' });
  assert.deepEqual(session.metrics('nobody'), []);
  assert.equal(session.timeSeries('nobody', 'x', { from: 0, to: 1 }).times.length, 0);
  assert.deepEqual(session.flameGraph('nobody', 'x', { from: 0, to: 1 }), { name: 'all', value: 0, children: [] });
  assert.deepEqual(session.table('nobody', ['x']), { columns: [], rows: [], omitted: 0 });
  assert.throws(() => session.timeSeries('nobody', 'x', { from: 'soon', to: 1 }), Error);
  assert.throws(() => core.analyse('BEGIN {}', 'newest'), /version/);
  session.free();
});
