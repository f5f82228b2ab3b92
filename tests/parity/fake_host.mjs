//! A host with one script, as a page sees it: just enough PMWEBAPI for a session to run against.

const SCRIPT = 's00000000000000000000000000000001';
const PREFIX = `bpftrace.scripts.${SCRIPT}`;

/** `dd` reads 10 times a second, `cat` 5 times. */
const READS = {
  leaf: 'reads',
  instances: [
    { name: 'dd', labels: { key0: 'dd' }, perSecond: 10 },
    { name: 'cat', labels: { key0: 'cat' }, perSecond: 5 },
  ],
};

/** Answers the requests of a session. */
export class FakeHost {
  context = 7;
  now = 0;
  leases = 0;
  source = '';
  #metrics;

  /**
   * A host whose script has these counters: `{ leaf, labels, instances: [{ name, labels, perSecond }] }`. Labels may be
   * left out, as PCP's agent sends none for instances.
   */
  constructor(metrics = [READS]) {
    this.#metrics = metrics.map((metric, place) => new FakeMetric(metric, place));
  }

  /** The answer to a request at `now` milliseconds: `{ status, body }`. */
  answer({ method, path, body }, now) {
    this.now = now;
    const url = new URL(path, 'http://host');
    const [, , first, action] = url.pathname.split('/');
    if (first === 'context') return ok({ context: this.context, hostspec: 'fake', labels: {} });
    if (Number(first) !== this.context) return refuse(`unknown context identifier: ${first}`);
    if (action === 'store') return this.#store(method, url.searchParams.get('name'), body);
    if (action === 'fetch') return this.#fetch(url.searchParams.get('names').split(','));
    if (action === 'metric') return ok({ context: this.context, metrics: this.#metrics.map((metric) => metric.info) });
    if (action === 'indom') return this.#instances(url.searchParams.get('name'));
    return refuse(`no such call: ${path}`);
  }

  /** What a counter of this rate has counted so far. */
  counted(perSecond) {
    return countedAt(this.now, perSecond);
  }

  #store(method, name, body) {
    if (method !== 'POST') return refuse('expected a POST');
    if (name === 'bpftrace.control.register') {
      this.source = body;
      this.leases += 1;
    } else if (name === 'bpftrace.control.deregister' && body === SCRIPT) {
      this.leases -= 1;
    } else {
      return refuse(`${name} - failed to lookup metric`);
    }
    return ok({ context: this.context, success: true });
  }

  #fetch(names) {
    const values = {
      'bpftrace.agent.version': '0.1.0',
      'bpftrace.agent.bpftrace_version': '0.17.0',
      'bpftrace.control.register': JSON.stringify(this.#script()),
      [`${PREFIX}.status`]: 'started',
      [`${PREFIX}.error`]: '',
      [`${PREFIX}.exit_code`]: 0,
      [`${PREFIX}.pid`]: 4711,
      [`${PREFIX}.probes`]: 1,
      [`${PREFIX}.data_bytes`]: this.now / 10,
    };
    const single = names
      .filter((name) => name in values)
      .map((name) => ({ pmid: '151.0.0', name, instances: [{ instance: null, value: values[name] }] }));
    const counters = this.#metrics
      .filter(({ info }) => names.includes(info.name))
      .map((metric) => metric.values(this.now));
    return ok({ context: this.context, timestamp: this.now / 1000, values: [...single, ...counters] });
  }

  #instances(name) {
    const metric = this.#metrics.find(({ info }) => info.name === name);
    if (metric === undefined) return refuse(`${name} - failed to lookup metric`);
    return ok({ context: this.context, indom: metric.info.indom, instances: metric.instances });
  }

  #script() {
    const variables = this.#metrics.map((metric) => [metric.map, metric.variable]);
    return {
      script_id: SCRIPT, username: null, persistent: false, created_at: '2026-01-01T00:00:00',
      last_accessed_at: '2026-01-01T00:00:00', code: this.source,
      metadata: { name: null, include: null, table_retain_lines: null, custom_output_block: false },
      variables: Object.fromEntries(variables),
      state: { status: 'starting', pid: -1, exit_code: 0, error: '', probes: 0, data_bytes: 0 },
    };
  }
}

/** A counter of the script, and what the calls of PMWEBAPI say about it. */
class FakeMetric {
  #perSecond;

  constructor({ leaf, labels = {}, instances }, place) {
    const item = 10 + place;
    this.map = `@${leaf}`;
    this.variable = { single: false, semantics: 1, datatype: 3, metrictype: labels.metrictype ?? null };
    this.info = {
      name: `${PREFIX}.data.${leaf}`, pmid: `151.100.${item}`, indom: `151.1000${item}`, type: 'u64', sem: 'counter',
      units: 'none', labels: { agent: 'bpftrace', ...labels },
      'text-oneline': `${this.map} variable of bpftrace script`, 'text-help': '',
    };
    this.instances = instances.map((one, instance) => ({ instance, name: one.name, labels: one.labels ?? {} }));
    this.#perSecond = instances.map(({ perSecond }) => perSecond);
  }

  /** Its share of a fetch at `now` milliseconds. */
  values(now) {
    const instances = this.#perSecond.map((rate, instance) => ({ instance, value: countedAt(now, rate) }));
    return { pmid: this.info.pmid, name: this.info.name, instances };
  }
}

const countedAt = (now, perSecond) => (perSecond * now) / 1000;
const ok = (reply) => ({ status: 200, body: JSON.stringify(reply) });
const refuse = (message) => ({ status: 400, body: JSON.stringify({ message, success: false }) });
