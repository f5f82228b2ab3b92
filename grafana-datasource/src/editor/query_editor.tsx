// The editor of a query: the script, what it is doing, and how to draw it.

import type { DataQueryRequest, PanelData, QueryEditorProps } from "@grafana/data";
import { getTemplateSrv } from "@grafana/runtime";
import { Select, useTheme2 } from "@grafana/ui";
import type { Analysis, HostDiagnostic, TargetStatus } from "bpflens";
import { useMemo, useRef, useState } from "react";
import { connectionLoss } from "../core/connection_text";
import type { BpfDataSource } from "../datasource";
import { GALLERY } from "../gallery/gallery";
import { migrate } from "../query/migrate";
import type { BpfQuery } from "../query/model";
import type { BpfOptions } from "../query/options";
import { mapsOf } from "../query/variables";
import { QueryOptions } from "./query_options";
import { type GoTo, ScriptField } from "./script_field";
import { StateLine } from "./state_line";
import { useCore, usePoller, useProbes, useStatus } from "./use_core";
import { useScript } from "./use_script";

export type Props = QueryEditorProps<BpfDataSource, BpfQuery, BpfOptions>;

const NO_FINDINGS: readonly HostDiagnostic[] = [];
const SCRIPTS = GALLERY.map(({ title, description, source }) => ({
  label: title,
  description,
  value: source,
}));

export function QueryEditor({ datasource, query: stored, data, onChange, onRunQuery }: Props) {
  const query = useMemo(() => migrate(stored), [stored]);
  const theme = useTheme2();
  const { core, failure } = useCore();
  const poller = usePoller(datasource, query);
  const probes = useProbes(core, poller);
  const lastStatus = useStatus(datasource, poller, query, data);
  const [maps, setMaps] = useState<readonly string[]>([]);
  const [goTo, setGoTo] = useState<GoTo>();
  const stateLine = useRef<HTMLDivElement>(null);
  const change = (part: Partial<BpfQuery>) => {
    onChange({ ...query, expr: script.text, ...part });
    onRunQuery();
  };
  const script = useScript(query.expr, (expr) => {
    datasource.announce(expr, "typed");
    change({ expr });
  });

  const runNow = (text: string) => {
    datasource.announce(text, "run");
    script.change(text);
    if (!script.flush()) onRunQuery();
  };
  const replaceScript = (expr: string) => {
    datasource.announce(expr, "typed");
    // The maps of one script say nothing about another.
    change({ expr, maps: undefined });
  };
  const isBlank = script.text.trim() === "";
  // An empty query is not asked: what is known is of the text before.
  const status = isBlank && isFailure(lastStatus) ? undefined : lastStatus;
  const { scopedVars } = data?.request ?? {};
  const surroundings = {
    host: () => ({ version: poller?.session.agent().bpftraceVersion, probes }),
    interpolate: (source: string) => getTemplateSrv().replace(source, scopedVars),
    onAnalysis: (analysis: Analysis) => setMaps((known) => sameOr(known, drawableOf(analysis))),
  };
  return (
    <div style={{ display: "flex", flexDirection: "column", gap: theme.spacing(1) }}>
      <ScriptField
        label={`bpftrace script of query ${query.refId}`}
        text={script.text}
        core={core}
        failure={failure}
        surroundings={surroundings}
        hostFindings={findingsOf(status)}
        onChange={script.change}
        onBlur={script.flush}
        onRun={runNow}
        onLeave={() => focusFirst(stateLine.current)}
        onReady={(ready) => setGoTo(() => ready)}
      />
      <div style={{ display: "flex", alignItems: "center", gap: theme.spacing(1), flexWrap: "wrap" }}>
        <StateLine
          entrance={stateLine}
          status={status}
          loss={poller && connectionLoss(poller.session.connection())}
          isBlank={isBlank}
          goTo={goTo}
          canRun={core !== undefined && !isBlank}
          onRun={() => runNow(script.text)}
          onStop={() => datasource.stopScript(query, requestOf(data))}
        />
        <Select
          aria-label="Replace the script by a ready one"
          placeholder="Ready scripts…"
          width={36}
          options={SCRIPTS}
          value={null}
          onChange={({ value }) => value !== undefined && replaceScript(value)}
        />
      </div>
      <QueryOptions
        query={query}
        maps={maps}
        expandMap={(choice) => mapsOf(choice, scopedVars)}
        onChange={change}
      />
    </div>
  );
}

/** The first button that can be pressed, whose focus is seen; where there is none Tab goes on from the line itself. */
function focusFirst(line: HTMLElement | null): void {
  const button = line?.querySelector<HTMLElement>("button:not(:disabled, [aria-disabled=true])");
  (button ?? line)?.focus();
}

/** The panel's request; its queries are of this data source, which the type of `data` does not know. */
const requestOf = (data: PanelData | undefined) => data?.request as DataQueryRequest<BpfQuery> | undefined;

/** What the format can draw: maps that become metrics, and printed text. */
function drawableOf({ facts }: Analysis): string[] {
  const maps = facts.maps.filter(({ exported }) => exported).map(({ name }) => name);
  return facts.hasOutput ? [...maps, "output"] : maps;
}

/** The old list while nothing has changed, so that the page is not drawn again at each keystroke. */
function sameOr(known: readonly string[], found: readonly string[]): readonly string[] {
  return known.join() === found.join() ? known : found;
}

function isFailure(
  status: TargetStatus | undefined,
): status is Extract<TargetStatus, { diagnostics: unknown }> {
  return status?.state === "error" || status?.state === "invalid";
}

function findingsOf(status: TargetStatus | undefined): readonly HostDiagnostic[] {
  if (!isFailure(status)) return NO_FINDINGS;
  return status.diagnostics.length > 0 ? status.diagnostics : NO_FINDINGS;
}
