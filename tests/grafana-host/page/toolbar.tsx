// The dashboard's controls: variables, time range, refresh.

import * as React from "react";
import type { DashboardVariable } from "./variables.ts";

const RANGES = ["now-1m", "now-5m", "now-15m", "now-1h"];
const REFRESHES = ["", "1s", "5s", "10s"];

interface Props {
  readonly variables: readonly DashboardVariable[];
  readonly range: string;
  readonly refresh: string;
  onVariable(name: string, value: string): void;
  onRange(range: string): void;
  onRefresh(refresh: string): void;
  onRun(): void;
}

export function Toolbar(props: Props): React.ReactElement {
  return (
    <div role="toolbar" style={{ display: "flex", gap: 12, marginBottom: 8 }}>
      {props.variables.map(({ name, label, options, value }) => (
        <Choice
          key={name}
          label={label}
          options={options}
          value={value}
          onChange={(next) => props.onVariable(name, next)}
        />
      ))}
      <Choice label="Time range" options={RANGES} value={props.range} onChange={props.onRange} />
      <Choice label="Refresh" options={REFRESHES} value={props.refresh} onChange={props.onRefresh} />
      <button type="button" onClick={props.onRun}>
        Run queries
      </button>
    </div>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly options: readonly string[];
  readonly value: string;
  onChange(value: string): void;
}

function Choice({ label, options, value, onChange }: ChoiceProps): React.ReactElement {
  const all = options.includes(value) ? options : [value, ...options];
  return (
    <label>
      {label}{" "}
      <select
        aria-label={label}
        style={{ width: "auto", height: 28 }}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      >
        {all.map((option) => (
          <option key={option} value={option}>
            {option === "" ? "Off" : option}
          </option>
        ))}
      </select>
    </label>
  );
}
