// A flame graph of stacks with search and zoom, which both survive the live updates.

import type { FlameNode } from "bpflens";
import { useEffect, useRef, useState } from "preact/hooks";
import { FlameChart } from "../charts/flame_chart.ts";
import { formatExact } from "../text/units.ts";

interface FlameCardProps {
  readonly map: string;
  readonly root: FlameNode;
}

export function FlameCard({ map, root }: FlameCardProps) {
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<FlameChart | undefined>(undefined);
  const [details, setDetails] = useState("");
  const [zoomedPath, setZoomedPath] = useState<readonly string[]>([]);
  const [term, setTerm] = useState("");
  useEffect(() => {
    if (host.current === null) return;
    const created = new FlameChart(host.current, { onZoom: setZoomedPath, onDetails: setDetails });
    chart.current = created;
    return () => created.destroy();
  }, []);
  useEffect(() => {
    if (root.value > 0) chart.current?.show(root);
  }, [root]);
  useEffect(() => chart.current?.search(term), [term]);
  return (
    <>
      <div class="bar small">
        <label class="field">
          Search
          <input
            type="search"
            value={term}
            placeholder="function name"
            onInput={(event) => setTerm(event.currentTarget.value)}
            data-testid="flame-search"
          />
        </label>
        <button
          type="button"
          class="button small"
          disabled={zoomedPath.length === 0}
          onClick={() => chart.current?.resetZoom()}
        >
          Reset zoom
        </button>
        <span class="card-note" data-testid="flame-total" data-value={root.value}>
          {formatExact(root.value)} samples
        </span>
      </div>
      {root.value === 0 && <p class="card-note">No stack was sampled in this window.</p>}
      <section class="flame" ref={host} aria-label={`Flame graph of ${map}`} data-testid="flamegraph" />
      <p class="card-note" data-testid="flame-details">
        {details || "Point at a frame for details, click it to zoom."}
      </p>
    </>
  );
}
