//! A host with one script, as a page sees it: just enough PMWEBAPI for a session to run against.

const SCRIPT = 's00000000000000000000000000000001';
const PREFIX = `bpftrace.scripts.${SCRIPT}`;

/** Answers the requests of a session. `dd` reads 10 times a second, `cat` 5 times. */
export class FakeHost {
  context = 7;
  now = 0;
  leases = 0;
  source = '';

  /** The answer to a request at `now` milliseconds: `{ status, body }`. */
  answer({ method, path, body }, now) {
    this.now = now;
    const url = new URL(path, 'http://host');
    const [, , first, action] = url.pathname.split('/');
    if (first === 'context') return ok({ context: this.context, hostspec: 'fake', labels: {} });
    if (Number(first) !== this.context) return refuse(`unknown context identifier: ${first}`);
    if (action === 'store') return this.#store(method, url.searchParams.get('name'), body);
    if (action === 'fetch') return this.#fetch(url.searchParams.get('names').split(','));
    if (action === 'metric') return ok({ context: this.context, metrics: METRICS });
    if (action === 'indom') return ok({ context: this.context, indom: '151.100010', instances: INSTANCES });
    return refuse(`no such call: ${path}`);
  }

  /** What `dd` has read so far. */
  get reads() {
    return this.now / 100;
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
    const found = names
      .filter((name) => name in values)
      .map((name) => ({ pmid: '151.0.0', name, instances: [{ instance: null, value: values[name] }] }));
    if (names.includes(`${PREFIX}.data.reads`)) {
      const instances = [{ instance: 0, value: this.reads }, { instance: 1, value: this.reads / 2 }];
      found.push({ pmid: '151.100.10', name: `${PREFIX}.data.reads`, instances });
    }
    return ok({ context: this.context, timestamp: this.now / 1000, values: found });
  }

  #script() {
    const variable = { single: false, semantics: 1, datatype: 3, metrictype: null };
    return {
      script_id: SCRIPT, username: null, persistent: false, created_at: '2026-01-01T00:00:00',
      last_accessed_at: '2026-01-01T00:00:00', code: this.source,
      metadata: { name: null, include: null, table_retain_lines: null, custom_output_block: false },
      variables: { '@reads': variable },
      state: { status: 'starting', pid: -1, exit_code: 0, error: '', probes: 0, data_bytes: 0 },
    };
  }
}

const METRICS = [{
  name: `${PREFIX}.data.reads`, pmid: '151.100.10', indom: '151.100010', type: 'u64', sem: 'counter', units: 'none',
  labels: { agent: 'bpftrace' }, 'text-oneline': '@reads variable of bpftrace script', 'text-help': '',
}];

const INSTANCES = [
  { instance: 0, name: 'dd', labels: { key0: 'dd' } },
  { instance: 1, name: 'cat', labels: { key0: 'cat' } },
];

const ok = (reply) => ({ status: 200, body: JSON.stringify(reply) });
const refuse = (message) => ({ status: 400, body: JSON.stringify({ message, success: false }) });
