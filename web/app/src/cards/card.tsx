// One map of the script: its heading, the choice of format, and the drawing.

import type { Format, MetricView, Session } from "bpflens";
import { useMemo, useState } from "preact/hooks";
import type { TimeSpan } from "../charts/axes.ts";
import type { Appearance } from "../charts/palette.ts";
import { Choice } from "../layout/choice.tsx";
import { unitLabel } from "../text/units.ts";
import { FlameCard } from "./flame_card.tsx";
import { HeatCard } from "./heat_card.tsx";
import { formatOf, type MapGroup, partName } from "./map_group.ts";
import { SeriesCard } from "./series_card.tsx";
import { TableCard } from "./table_card.tsx";

const FORMAT_NAMES: Readonly<Record<Format, string>> = {
  timeseries: "Time series",
  heatmap: "Heat map",
  table: "Table",
  flamegraph: "Flame graph",
};

interface CardProps {
  readonly session: Session;
  readonly target: string;
  readonly group: MapGroup;
  readonly chosenFormat: Format | undefined;
  readonly span: TimeSpan;
  readonly appearance: Appearance;
  onFormat(format: Format): void;
}

export function Card(props: CardProps) {
  const { group, chosenFormat } = props;
  const [part, setPart] = useState(0);
  const [asRate, setAsRate] = useState(true);
  const [histogramKey, setHistogramKey] = useState("");
  const metric = group.metrics[part] ?? group.metrics[0];
  if (metric === undefined) return null;
  const format = formatOf(metric, chosenFormat);
  return (
    <article class="card" data-testid="card" data-map={group.map} data-format={format}>
      <header class="card-head">
        <h2>{group.map}</h2>
        <span class="meta">{metaText(metric)}</span>
        <span class="spacer" />
        {format !== "table" && group.metrics.length > 1 && (
          <Choice
            small
            label="Value"
            value={part}
            options={group.metrics.map((member, i) => [i, partName(member)])}
            onChoose={(place) => setPart(place)}
          />
        )}
        {format === "timeseries" && metric.semantics === "counter" && (
          <Choice
            small
            label="Show"
            value={asRate ? "rate" : "absolute"}
            options={[
              ["rate", "per second"],
              ["absolute", "absolute"],
            ]}
            onChoose={(value) => setAsRate(value === "rate")}
            testId="rate"
          />
        )}
        <Choice
          small
          label="Format"
          value={format}
          options={metric.formats.map((name) => [name, FORMAT_NAMES[name]])}
          onChoose={(chosen) => props.onFormat(chosen)}
          testId="format"
        />
      </header>
      <Drawing
        {...props}
        metric={metric}
        format={format}
        asRate={asRate}
        histogramKey={histogramKey}
        onHistogramKey={setHistogramKey}
      />
    </article>
  );
}

interface DrawingProps extends CardProps {
  readonly metric: MetricView;
  readonly format: Format;
  readonly asRate: boolean;
  /** Key of a keyed histogram; empty for all keys together. */
  readonly histogramKey: string;
  onHistogramKey(key: string): void;
}

/** Asks the session for the frame of this format; the cards below only draw it. */
function Drawing(props: DrawingProps) {
  const { session, target, group, metric, format, span, appearance, asRate, histogramKey } = props;
  const { leaf, generation, semantics } = metric;
  // A frame is made again when time has passed, data has come, or it is asked for differently.
  // biome-ignore lint/correctness/useExhaustiveDependencies: `generation` and `group.metrics` stand for the session's content
  const drawing = useMemo(() => {
    switch (format) {
      case "timeseries": {
        const rate = asRate && semantics === "counter";
        return { format, frame: session.timeSeries(target, leaf, { ...span, rate }) };
      }
      case "heatmap": {
        const key = histogramKey === "" ? {} : { key: histogramKey };
        return { format, frame: session.heatMap(target, leaf, { ...span, ...key }) };
      }
      case "table":
        return {
          format,
          frame: session.table(
            target,
            group.metrics.map((member) => member.leaf),
          ),
        };
      case "flamegraph":
        return { format, root: session.flameGraph(target, leaf, span) };
    }
  }, [session, target, leaf, generation, format, span, asRate, histogramKey]);
  switch (drawing.format) {
    case "timeseries":
      return <SeriesCard map={group.map} frame={drawing.frame} span={span} appearance={appearance} />;
    case "heatmap":
      return (
        <>
          {drawing.frame.keys.length > 0 && (
            <div class="bar small">
              <Choice
                small
                label="Key"
                value={histogramKey}
                options={[["", "all keys"], ...drawing.frame.keys.map((key): [string, string] => [key, key])]}
                onChoose={props.onHistogramKey}
                testId="histogram-key"
              />
            </div>
          )}
          <HeatCard map={group.map} frame={drawing.frame} span={span} appearance={appearance} />
        </>
      );
    case "table":
      return <TableCard map={group.map} frame={drawing.frame} />;
    case "flamegraph":
      return <FlameCard map={group.map} root={drawing.root} />;
  }
}

function metaText(metric: MetricView): string {
  const unit = unitLabel(metric.units);
  const kind = metric.metrictype ?? metric.semantics;
  const instances = metric.instances > 1 ? `${metric.instances} instances` : "";
  return [kind, unit, instances].filter((part) => part !== "").join(" · ");
}
