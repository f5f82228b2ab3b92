// Time series with their legend: live values, and a click hides a series.

import type { SeriesFrame } from "bpflens";
import { useEffect, useRef, useState } from "preact/hooks";
import type { ChartView } from "../charts/axes.ts";
import { type LegendEntry, SeriesChart } from "../charts/series_chart.ts";
import { formatExact, formatValue } from "../text/units.ts";

interface SeriesCardProps extends ChartView<SeriesFrame> {
  readonly map: string;
}

export function SeriesCard({ map, frame, span, appearance }: SeriesCardProps) {
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<SeriesChart | undefined>(undefined);
  const [legend, setLegend] = useState<readonly LegendEntry[]>([]);
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => {
    if (host.current === null) return;
    const created = new SeriesChart(host.current, setLegend);
    chart.current = created;
    return () => created.destroy();
  }, []);
  useEffect(() => {
    chart.current?.show({ frame, span, appearance, hidden });
  }, [frame, span, appearance, hidden]);
  return (
    <>
      <div
        class="plot"
        ref={host}
        role="img"
        aria-label={`Time series of ${map}; the legend below holds the last values`}
        data-testid="timeseries"
      />
      <Legend
        entries={legend}
        unit={frame.unit}
        hidden={hidden}
        onToggle={(label) => setHidden(toggled(hidden, label))}
      />
      {frame.omitted > 0 && (
        <p class="card-note">{formatExact(frame.omitted)} more series are not drawn; the table has them.</p>
      )}
    </>
  );
}

interface LegendProps {
  readonly entries: readonly LegendEntry[];
  readonly unit: string;
  readonly hidden: ReadonlySet<string>;
  onToggle(label: string): void;
}

function Legend({ entries, unit, hidden, onToggle }: LegendProps) {
  return (
    <ul class="legend" aria-label="Series">
      {entries.map(({ label, colour, value }) => (
        <li key={label}>
          <button
            type="button"
            aria-pressed={!hidden.has(label)}
            onClick={() => onToggle(label)}
            data-testid="legend-entry"
            data-label={label}
            data-value={value ?? ""}
          >
            <span class="swatch" style={{ background: colour }} />
            <span>{label}</span>
            <span class="value">{formatValue(value, unit)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

function toggled(set: ReadonlySet<string>, item: string): ReadonlySet<string> {
  const changed = new Set(set);
  if (!changed.delete(item)) changed.add(item);
  return changed;
}
