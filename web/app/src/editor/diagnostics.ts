// Turns findings, of the core and of bpftrace, into markers of the editor and lines of the problem list.

import type { Diagnostic } from "@codemirror/lint";
import type { Text } from "@codemirror/state";
import type { EditorDiagnostic, EditorFix, HostDiagnostic, TargetStatus } from "bpflens";

/** A finding with its place in the document; a finding about the whole script has none. */
export interface Finding {
  readonly source: "analysis" | "bpftrace";
  readonly severity: "error" | "warning" | "info";
  readonly message: string;
  readonly hint: string | undefined;
  readonly fixes: readonly EditorFix[];
  readonly range: { readonly from: number; readonly to: number } | undefined;
}

type Failure = Extract<TargetStatus, { state: "error" }>;

/** A finding of our analysis; its offsets are those of the document it was made from. */
export function findingOfAnalysis(diagnostic: EditorDiagnostic): Finding {
  const { severity, message, hint, fixes, from, to } = diagnostic;
  return { source: "analysis", severity, message, hint, fixes, range: { from, to } };
}

/** Why bpftrace did not run the script: its findings, or what is known if it had none. */
export function findingsOfFailure({ message, diagnostics }: Failure, document: Text): Finding[] {
  if (diagnostics.length > 0) return diagnostics.map((diagnostic) => findingOfHost(diagnostic, document));
  return [findingOfHost({ severity: "error", message }, document)];
}

/** A finding of bpftrace itself, which knows lines and columns. */
function findingOfHost(diagnostic: HostDiagnostic, document: Text): Finding {
  const { severity, message, hint } = diagnostic;
  return { source: "bpftrace", severity, message, hint, fixes: [], range: hostRange(diagnostic, document) };
}

/** The editor's form: ranges kept inside the document, hint below the message, fixes as actions. */
export function markerOf(finding: Finding, documentLength: number): Diagnostic | undefined {
  if (finding.range === undefined) return undefined;
  const to = Math.min(finding.range.to, documentLength);
  return {
    from: Math.min(finding.range.from, to),
    to,
    severity: finding.severity,
    source: finding.source,
    message: finding.hint ? `${finding.message}\n${finding.hint}` : finding.message,
    actions: finding.fixes.map((fix) => ({
      name: fix.title,
      apply: (view) => view.dispatch({ changes: fix.edits, userEvent: "input.fix" }),
    })),
  };
}

function hostRange(diagnostic: HostDiagnostic, document: Text): Finding["range"] {
  const { line: lineNumber, column, endColumn } = diagnostic;
  if (lineNumber === undefined || lineNumber < 1 || lineNumber > document.lines) return undefined;
  const line = document.line(lineNumber);
  const offset = (wanted: number) => Math.min(line.from + Math.max(wanted - 1, 0), line.to);
  if (column === undefined) return { from: line.from, to: line.to };
  const from = offset(column);
  const to = endColumn === undefined ? line.to : offset(endColumn);
  return { from, to: Math.max(from, to) };
}
