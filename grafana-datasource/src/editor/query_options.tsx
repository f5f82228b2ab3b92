// How the values of a script become frames: format, maps, legend, number of series, filters, host.

import type { SelectableValue } from "@grafana/data";
import { InlineField, InlineFieldRow, InlineSwitch, MultiSelect, Select } from "@grafana/ui";
import { useId } from "react";
import { type BpfQuery, DEFAULT_TOP_K, type FlameFilters, MAX_TOP_K, type QueryFormat } from "../query/model";
import { OptionInput } from "./option_input";
import { mapOptions, readTopK } from "./option_values";

interface Props {
  readonly query: BpfQuery;
  /** Names that the script offers: its maps, `output`. */
  readonly maps: readonly string[];
  /** The maps that a choice names, with the values of the dashboard's variables. */
  expandMap(choice: string): readonly string[];
  /** Keeps the query with these fields, and runs it. */
  onChange(part: Partial<BpfQuery>): void;
}

/** Of the first label of each row, so that the fields stand in one column. */
const LABEL_WIDTH = 16;

const FORMATS: readonly (SelectableValue<QueryFormat> & { value: QueryFormat })[] = [
  { value: "auto", label: "Auto", description: "What suits each map" },
  { value: "timeseries", label: "Time series", description: "Lines; rates of counters" },
  { value: "heatmap", label: "Heat map", description: "Histograms over time" },
  { value: "table", label: "Table", description: "The latest values, maps joined by key" },
  { value: "csvtable", label: "CSV table", description: "Printed text as columns" },
  { value: "flamegraph", label: "Flame graph", description: "Stacks" },
];

/** The value of a map, or its increase; `rate` is what the query keeps. */
const VALUES: readonly (SelectableValue<string> & { value: string; rate: boolean | undefined })[] = [
  { value: "auto", label: "Auto", description: "Counters per second, others as they are", rate: undefined },
  { value: "rate", label: "Per second", description: "The increase of each second", rate: true },
  { value: "raw", label: "As they are", description: "What the map holds", rate: false },
];

export function QueryOptions(props: Props) {
  const { format } = props.query;
  return (
    <>
      <FormatRow {...props} />
      {(format === "auto" || format === "timeseries") && <SeriesRow {...props} />}
      {format === "flamegraph" && <FlameRow {...props} />}
      <HostRow {...props} />
    </>
  );
}

function FormatRow({ query, maps, expandMap, onChange }: Props) {
  const id = useId();
  return (
    <InlineFieldRow>
      <InlineField
        label="Format"
        labelWidth={LABEL_WIDTH}
        tooltip="What the panel is given. Choose the panel's visualization to go with it."
      >
        <Select
          inputId={`${id}-format`}
          aria-label="Format"
          width={24}
          options={[...FORMATS]}
          value={query.format}
          onChange={({ value }) => onChange({ format: value ?? "auto" })}
        />
      </InlineField>
      <InlineField
        label="Maps"
        tooltip="Which maps to draw; without a choice all that the format can draw. A variable can be typed, as $map."
      >
        <MultiSelect
          inputId={`${id}-maps`}
          aria-label="Maps"
          width={40}
          placeholder="all"
          allowCustomValue
          options={mapOptions(maps, query.maps ?? [], expandMap)}
          value={query.maps ?? []}
          onChange={(chosen) => onChange({ maps: chosen.flatMap(({ value }) => value ?? []) })}
        />
      </InlineField>
    </InlineFieldRow>
  );
}

function SeriesRow({ query, onChange }: Props) {
  const id = useId();
  return (
    <InlineFieldRow>
      <InlineField
        label="Legend"
        labelWidth={LABEL_WIDTH}
        htmlFor={`${id}-legend`}
        tooltip="Name of each series: $metric, $metric0 (its last part), $instance, $key, $key0 and so on, or a label."
      >
        <OptionInput
          id={`${id}-legend`}
          minWidth={24}
          placeholder="$metric0 $key"
          value={query.legend ?? ""}
          onCommit={(text) => onChange({ legend: text || undefined })}
        />
      </InlineField>
      <InlineField
        label="Values"
        tooltip="Whether a map's values are drawn, or how much they grow each second."
      >
        <Select
          inputId={`${id}-values`}
          aria-label="Values"
          width={16}
          options={[...VALUES]}
          value={VALUES.find(({ rate }) => rate === query.rate) ?? null}
          onChange={({ value }) => onChange({ rate: VALUES.find((choice) => choice.value === value)?.rate })}
        />
      </InlineField>
      <InlineField
        label="Series"
        htmlFor={`${id}-top`}
        tooltip={`At most so many of each map, those with the largest recent values (1 to ${MAX_TOP_K}).`}
      >
        <OptionInput
          id={`${id}-top`}
          type="number"
          min={1}
          max={MAX_TOP_K}
          minWidth={8}
          value={query.topK ?? DEFAULT_TOP_K}
          onCommit={(text) => onChange({ topK: readTopK(text) })}
        />
      </InlineField>
      <InlineField
        label="Others as one series"
        htmlFor={`${id}-rest`}
        tooltip="Draws the sum of the series that are left out, too."
      >
        <InlineSwitch
          id={`${id}-rest`}
          value={query.rest ?? false}
          onChange={(event) => onChange({ rest: event.currentTarget.checked })}
        />
      </InlineField>
    </InlineFieldRow>
  );
}

function FlameRow({ query, onChange }: Props) {
  const id = useId();
  const filters = query.flame ?? {};
  const change = (part: FlameFilters) => onChange({ flame: { ...filters, ...part } });
  return (
    <InlineFieldRow>
      <InlineField
        label="Min. samples"
        labelWidth={LABEL_WIDTH}
        htmlFor={`${id}-min`}
        tooltip="Leave out stacks with fewer samples."
      >
        <OptionInput
          id={`${id}-min`}
          type="number"
          min={0}
          minWidth={8}
          value={filters.minSamples ?? ""}
          onCommit={(text) => change({ minSamples: Number(text) || undefined })}
        />
      </InlineField>
      <InlineField
        label="Hide unresolved"
        htmlFor={`${id}-unresolved`}
        tooltip="Leave out functions that have an address only, and samples without any: those of programs have no kernel stack."
      >
        <InlineSwitch
          id={`${id}-unresolved`}
          value={filters.hideUnresolved ?? false}
          onChange={(event) => change({ hideUnresolved: event.currentTarget.checked })}
        />
      </InlineField>
      <InlineField
        label="Hide idle"
        htmlFor={`${id}-idle`}
        tooltip="Leave out the stacks of idle processors."
      >
        <InlineSwitch
          id={`${id}-idle`}
          value={filters.hideIdle ?? false}
          onChange={(event) => change({ hideIdle: event.currentTarget.checked })}
        />
      </InlineField>
    </InlineFieldRow>
  );
}

function HostRow({ query, onChange }: Props) {
  const id = useId();
  return (
    <InlineFieldRow>
      <InlineField
        label="Host"
        labelWidth={LABEL_WIDTH}
        htmlFor={`${id}-host`}
        tooltip="Another host that pmproxy reaches, as pcp://web1:44321; variables are filled in."
      >
        <OptionInput
          id={`${id}-host`}
          minWidth={24}
          placeholder="of the data source"
          value={query.hostspec ?? ""}
          onCommit={(text) => onChange({ hostspec: text || undefined })}
        />
      </InlineField>
      <InlineField
        label="URL"
        htmlFor={`${id}-url`}
        tooltip="Another pmproxy, which your browser must reach itself; variables are filled in."
      >
        <OptionInput
          id={`${id}-url`}
          minWidth={30}
          placeholder="of the data source"
          value={query.url ?? ""}
          onCommit={(text) => onChange({ url: text || undefined })}
        />
      </InlineField>
    </InlineFieldRow>
  );
}
