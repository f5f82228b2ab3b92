// The settings of the data source: how pmproxy is reached, how much is kept, and the scripts that run there.

import type { DataSourcePluginOptionsEditorProps } from "@grafana/data";
import { DataSourceHttpSettings, FieldSet, InlineField, Input } from "@grafana/ui";
import { useId } from "react";
import type { BpfOptions } from "../query/options";
import { readNumber } from "./numbers";
import { ScriptsOnHost } from "./scripts_on_host";

export type Props = DataSourcePluginOptionsEditorProps<BpfOptions>;

const WEEK_SECONDS = 7 * 24 * 3600;
const LABEL_WIDTH = 24;

export function ConfigEditor({ options, onOptionsChange }: Props) {
  const id = useId();
  const change = (part: Partial<BpfOptions>) =>
    onOptionsChange({ ...options, jsonData: { ...options.jsonData, ...part } });
  const { hostspec } = options.jsonData;
  return (
    <>
      <DataSourceHttpSettings
        defaultUrl="http://127.0.0.1:44322"
        dataSourceConfig={options}
        onChange={onOptionsChange}
        showAccessOptions={false}
      />
      <FieldSet label="bpftrace">
        <InlineField
          label="Host"
          labelWidth={LABEL_WIDTH}
          htmlFor={`${id}-host`}
          tooltip="The host to run scripts on, as pmproxy reaches its pmcd: web1, or pcp://web1:44321. Empty: pmproxy's own."
        >
          <Input
            id={`${id}-host`}
            width={40}
            placeholder="pmproxy's own"
            value={hostspec ?? ""}
            onChange={(event) => change({ hostspec: event.currentTarget.value || undefined })}
          />
        </InlineField>
        {NUMBERS.map(({ name, label, tooltip, placeholder, least, most }) => (
          <InlineField
            key={name}
            label={label}
            labelWidth={LABEL_WIDTH}
            htmlFor={`${id}-${name}`}
            tooltip={tooltip}
          >
            <Input
              id={`${id}-${name}`}
              type="number"
              width={40}
              min={least}
              max={most}
              placeholder={placeholder}
              defaultValue={options.jsonData[name] ?? ""}
              onBlur={(event) => change({ [name]: readNumber(event.currentTarget.value, least, most) })}
            />
          </InlineField>
        ))}
      </FieldSet>
      <ScriptsOnHost uid={options.uid} />
    </>
  );
}

const NUMBERS = [
  {
    name: "retentionSeconds",
    label: "Keep values for (s)",
    tooltip: "Older values of a script are dropped; 30 minutes by default, a week at most.",
    placeholder: "1800",
    least: 10,
    most: WEEK_SECONDS,
  },
  {
    name: "maxMegabytes",
    label: "Memory for values (MB)",
    tooltip: "Of the browser, for each host; at the bound the oldest values go first.",
    placeholder: "64",
    least: 1,
    most: 1024,
  },
  {
    name: "typingPauseMillis",
    label: "Start after a pause (ms)",
    tooltip: "An edited script starts when typing has paused for so long. Ctrl+S starts it at once.",
    placeholder: "1000",
    least: 100,
    most: 60_000,
  },
] as const;
