// The list of findings below the editor; choosing one moves the cursor there.

import type { Text } from "@codemirror/state";
import type { Finding } from "./diagnostics.ts";

const MARKS = { error: "✕", warning: "!", info: "i" } as const;
/** More are not shown: fixing the first ones usually removes the rest. */
const MAX_SHOWN = 50;

interface ProblemsProps {
  readonly findings: readonly Finding[];
  readonly document: Text;
  onChoose(offset: number): void;
}

export function Problems({ findings, document, onChoose }: ProblemsProps) {
  if (findings.length === 0) return null;
  return (
    <ul class="problems" aria-label="Problems" data-testid="problems">
      {findings.slice(0, MAX_SHOWN).map((finding) => (
        <li
          key={`${finding.range?.from}-${finding.message}`}
          class={`problem ${finding.severity}`}
          data-testid="problem"
          data-source={finding.source}
          data-severity={finding.severity}
          data-line={lineOf(finding, document)}
        >
          <button type="button" onClick={() => onChoose(finding.range?.from ?? 0)}>
            <span class="mark" aria-hidden="true">
              {MARKS[finding.severity]}
            </span>
            <span class="place">{placeOf(finding, document)}</span>
            <span>
              <span class="visually-hidden">{finding.severity}: </span>
              {finding.message}
              {finding.hint && <span class="hint">{finding.hint}</span>}
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}

function lineOf(finding: Finding, document: Text): number | undefined {
  if (finding.range === undefined) return undefined;
  return document.lineAt(Math.min(finding.range.from, document.length)).number;
}

function placeOf(finding: Finding, document: Text): string {
  const line = lineOf(finding, document);
  const place = line === undefined ? "script" : `line ${line}`;
  return finding.source === "bpftrace" ? `${place} · bpftrace` : place;
}
