// Findings of the core and of the host's bpftrace, as markers and quick fixes.

import type { monacoTypes } from "@grafana/ui";
import type { EditorDiagnostic, HostDiagnostic } from "bpflens";

type MarkerData = monacoTypes.editor.IMarkerData;
type Position = monacoTypes.IPosition;

/** `MarkerSeverity` of Monaco. */
const SEVERITIES = { error: 8, warning: 4, info: 2 } as const;
/** Monaco's limit of a line's length is no smaller. */
const END_OF_LINE = 100_000;

/** Markers of the core's analysis of the text as it stands. */
export function analysisMarkers(
  findings: readonly EditorDiagnostic[],
  positionAt: (offset: number) => Position,
): MarkerData[] {
  return findings.map(({ severity, message, hint, code, from, to }) => {
    const start = positionAt(from);
    const end = positionAt(Math.max(to, from));
    return {
      severity: SEVERITIES[severity],
      message: withHint(message, hint),
      code,
      source: "bpflens",
      startLineNumber: start.lineNumber,
      startColumn: start.column,
      endLineNumber: end.lineNumber,
      // Monaco shows nothing of an empty range.
      endColumn: from === to ? end.column + 1 : end.column,
    };
  });
}

/**
 * The same where template variables were filled in before the analysis, so that columns are those of another text: each
 * finding marks its line.
 */
export function markersByLine(findings: readonly EditorDiagnostic[]): MarkerData[] {
  return findings.map(({ severity, message, hint, code, line }) => ({
    severity: SEVERITIES[severity],
    message: withHint(message, hint),
    code,
    source: "bpflens",
    ...wholeLine(line),
  }));
}

/** Markers of what bpftrace said; a finding without a line marks the first one. */
export function hostMarkers(findings: readonly HostDiagnostic[]): MarkerData[] {
  return findings.map(({ severity, message, hint, line, column, endColumn }) => ({
    severity: SEVERITIES[severity],
    message: withHint(message, hint),
    source: "bpftrace",
    ...wholeLine(line ?? 1),
    ...(column === undefined || line === undefined ? {} : { startColumn: Math.max(column, 1) }),
    ...(endColumn === undefined ? {} : { endColumn: Math.max(endColumn, (column ?? 1) + 1) }),
  }));
}

/** Without what the analysis says of the same line: the host analyses a script as well before bpftrace gets it. */
export function onlyOfHost(
  ofHost: readonly HostDiagnostic[],
  found: readonly EditorDiagnostic[],
): HostDiagnostic[] {
  const isKnown = (finding: HostDiagnostic) =>
    found.some(({ message, line }) => message === finding.message && line === finding.line);
  return ofHost.filter((finding) => !isKnown(finding));
}

/** The fixes of the findings that the range touches. */
export function quickFixes(
  findings: readonly EditorDiagnostic[],
  model: monacoTypes.editor.ITextModel,
  range: monacoTypes.IRange,
): monacoTypes.languages.CodeAction[] {
  const first = model.getOffsetAt({ lineNumber: range.startLineNumber, column: range.startColumn });
  const last = model.getOffsetAt({ lineNumber: range.endLineNumber, column: range.endColumn });
  const touched = findings.filter(({ from, to }) => from <= last && first <= to);
  return touched.flatMap((finding) =>
    finding.fixes.map((fix, rank) => ({
      title: fix.title,
      kind: "quickfix",
      isPreferred: rank === 0,
      diagnostics: analysisMarkers([finding], (offset) => model.getPositionAt(offset)),
      edit: {
        edits: fix.edits.map(({ from, to, insert }) => ({
          resource: model.uri,
          versionId: model.getVersionId(),
          textEdit: { text: insert, range: rangeOf(model.getPositionAt(from), model.getPositionAt(to)) },
        })),
      },
    })),
  );
}

function withHint(message: string, hint: string | undefined): string {
  return hint === undefined ? message : `${message}\n${hint}`;
}

function wholeLine(line: number): monacoTypes.IRange {
  const lineNumber = Math.max(line, 1);
  return {
    startLineNumber: lineNumber,
    startColumn: 1,
    endLineNumber: lineNumber,
    endColumn: END_OF_LINE,
  };
}

function rangeOf(start: Position, end: Position): monacoTypes.IRange {
  return {
    startLineNumber: start.lineNumber,
    startColumn: start.column,
    endLineNumber: end.lineNumber,
    endColumn: end.column,
  };
}
