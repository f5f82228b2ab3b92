// The calls of PCP's REST API that clients of pmproxy make.

import assert from "node:assert/strict";

import { eventually } from "./wait.mjs";

/** What the agent says of a script that comes before bpftrace has said its version: to try again. */
export const NOT_YET = /has not answered yet/;

/** After this long a call has failed. */
const LIMIT_MILLIS = 60_000;

/** The last call to each pmproxy. */
const turns = new Map();

/** One call at a time to each pmproxy: 6.0.3 now and then dies of calls at the same time. */
function call(url, options = {}) {
  const { origin } = new URL(url);
  const answer = async () => {
    const response = await fetch(url, { ...options, signal: AbortSignal.timeout(LIMIT_MILLIS) });
    return { status: response.status, text: await response.text() };
  };
  const turn = (turns.get(origin) ?? Promise.resolve()).then(answer);
  turns.set(
    origin,
    turn.catch(() => {}),
  );
  return turn;
}

/** A context of pmproxy. */
export class Rest {
  #base;
  /** Opens one; pmproxy keeps it for two minutes without a call. */
  static async open(base, hostspec) {
    const rest = new Rest();
    rest.#base = `${base}/pmapi`;
    const { context } = await rest.get("context", { hostspec, polltimeout: 120 });
    rest.#base += `/${context}`;
    return rest;
  }

  /** The answer's JSON; fails if the status is not 200. */
  async get(path, parameters = {}) {
    const answer = await this.ask(path, parameters);
    assert.equal(answer.status, 200, `${path}: ${answer.text}`);
    return JSON.parse(answer.text);
  }

  /** `{ status, text }` of any answer. */
  async ask(path, parameters = {}) {
    return call(`${this.#base}/${path}?${new URLSearchParams(parameters)}`);
  }

  /** Stores a text: `{ status, text }`. The name must stand in the URL. */
  async store(name, value) {
    return call(`${this.#base}/store?name=${name}`, { method: "POST", body: value });
  }

  /** The instances `{ instance, value }` by metric name, all of one fetch; names that do not exist are left out. */
  async fetch(...names) {
    const { values } = await this.get("fetch", { names: names.join(",") });
    return Object.fromEntries(values.map(({ name, instances }) => [name, instances]));
  }

  /** The value of a single-valued metric. */
  async value(name) {
    const instances = (await this.fetch(name))[name];
    assert.ok(instances !== undefined, `there is no ${name}`);
    return instances[0]?.value;
  }

  /** The descriptors by name. */
  async metrics(...names) {
    const { metrics } = await this.get("metric", { names: names.join(",") });
    return Object.fromEntries(metrics.map((metric) => [metric.name, metric]));
  }

  /** The instances `{ instance, name, labels }` of a metric. */
  async indom(name) {
    return (await this.get("indom", { name })).instances;
  }

  /** Stores a command and reads its reply in the same context: `{ status, text, reply }`. */
  async command(name, value) {
    const answer = await this.store(`bpftrace.control.${name}`, value);
    return { ...answer, reply: JSON.parse(await this.value(`bpftrace.control.${name}`)) };
  }

  /** Registers a script, which must be taken. */
  async register(code) {
    const isTooEarly = ({ reply }) => NOT_YET.test(reply.state?.error ?? reply.error ?? "");
    let answer = await this.command("register", code);
    if (isTooEarly(answer)) {
      answer = await eventually("bpftrace has answered", async () => {
        const again = await this.command("register", code);
        return !isTooEarly(again) && again;
      });
    }
    const { status, text, reply } = answer;
    assert.equal(status, 200, `${text} ${JSON.stringify(reply)}`);
    return new Script(this, reply);
  }

  /** Registers a script, which must be refused: what the refusal says. */
  async refused(code) {
    const answer = await this.command("register", code);
    assert.notEqual(answer.status, 200, `was taken: ${code}`);
    return answer.reply;
  }

  /** The script whose metrics are `bpftrace.scripts.COMPONENT.*`. */
  script(component) {
    return new Script(this, { script_id: component, metadata: {} });
  }
}

/** A registered script. */
export class Script {
  constructor(rest, reply) {
    this.rest = rest;
    this.reply = reply;
    this.id = reply.script_id;
    this.component = reply.metadata.name ?? reply.script_id;
  }

  /** The full name of one of its metrics, e.g. `status` or `data.x`. */
  name(leaf) {
    return `bpftrace.scripts.${this.component}.${leaf}`;
  }

  value(leaf) {
    return this.rest.value(this.name(leaf));
  }

  async descriptor(leaf) {
    return (await this.rest.metrics(this.name(leaf)))[this.name(leaf)];
  }

  /** Waits until it runs. */
  started() {
    return this.until("started");
  }

  until(status) {
    return eventually(`${this.component} is ${status}`, async () => {
      const [now, error] = await this.values("status", "error");
      assert.equal(now, status, error);
    });
  }

  /** Single values of one fetch. */
  async values(...leaves) {
    const names = leaves.map((leaf) => this.name(leaf));
    const values = await this.rest.fetch(...names);
    return names.map((name) => values[name]?.[0]?.value);
  }

  /** `[instance name, value]`, by name: pmproxy keeps no order. */
  async table(map) {
    const name = this.name(`data.${map}`);
    const values = (await this.rest.fetch(name))[name] ?? [];
    const names = new Map((await this.rest.indom(name)).map((each) => [each.instance, each.name]));
    // An instance may have gone between the two calls.
    return values
      .filter(({ instance }) => names.has(instance))
      .map(({ instance, value }) => [names.get(instance), value])
      .sort(([a], [b]) => (a < b ? -1 : 1));
  }

  /** Waits until the map has exactly these instances and values, by name. */
  hasTable(map, expected) {
    return eventually(`@${map} of ${this.component}`, async () => {
      assert.deepEqual(await this.table(map), expected, await this.value("error"));
    });
  }

  /** Waits until a single-valued metric has this value. */
  hasValue(leaf, expected) {
    return eventually(`${leaf} of ${this.component}`, async () => {
      const [value, error] = await this.values(leaf, "error");
      assert.deepEqual(value, expected, error);
    });
  }

  deregister() {
    return this.rest.command("deregister", this.component);
  }
}
