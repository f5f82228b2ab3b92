// What one would write without a core: a ring of a Float64Array per instance, filled from parsed replies.

/** The samples of one counter. */
export class PlainRing {
  #capacity;
  #rows = 0;
  #times;
  #columns = new Map();

  constructor(capacity) {
    this.#capacity = capacity;
    this.#times = new Float64Array(capacity);
  }

  /** Appends the values of the metric with this leaf in a reply of `/fetch`. */
  ingest(text, leaf) {
    const reply = JSON.parse(text);
    const metric = reply.values.find(({ name }) => name.endsWith(`.${leaf}`));
    if (metric === undefined) return;
    const place = this.#rows % this.#capacity;
    this.#times[place] = reply.timestamp * 1000;
    for (const column of this.#columns.values()) column[place] = Number.NaN;
    for (const { instance, value } of metric.instances) {
      let column = this.#columns.get(instance);
      if (column === undefined) {
        column = new Float64Array(this.#capacity).fill(Number.NaN);
        this.#columns.set(instance, column);
      }
      column[place] = value;
    }
    this.#rows += 1;
  }

  /** Rates of the instances with the largest latest rates, oldest first. */
  query(maxSeries) {
    const count = Math.min(this.#rows, this.#capacity);
    const first = this.#rows - count;
    const latest = (column) => this.#rate(column, this.#rows - 1);
    const lines = [...this.#columns]
      .map(([instance, column]) => ({ instance, column, latest: latest(column) }))
      .sort((a, b) => b.latest - a.latest)
      .slice(0, maxSeries);
    const times = Float64Array.from(
      { length: count },
      (_, row) => this.#times[(first + row) % this.#capacity],
    );
    const series = lines.map(({ instance, column }) => {
      const values = new Float64Array(count).fill(Number.NaN);
      for (let row = 1; row < count; row++) values[row] = this.#rate(column, first + row);
      return { instance, values };
    });
    return { times, series };
  }

  #rate(column, row) {
    const [now, before] = [row % this.#capacity, (row - 1) % this.#capacity];
    const increase = column[now] - column[before];
    return increase >= 0 ? (increase * 1000) / (this.#times[now] - this.#times[before]) : Number.NaN;
  }
}
