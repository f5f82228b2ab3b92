// Gives one editor the language: completion, hover, signatures, folding, findings while typing, quick fixes.

import type { Monaco, monacoTypes } from "@grafana/ui";
import type { Analysis, EditorDiagnostic } from "bpflens";
import type { Core } from "../../core/load";
import type { CompletionHost } from "./completion";
import { analysisMarkers, type HostFinding, hostMarkers, markersByLine } from "./findings";
import { registerProviders } from "./providers";
import { LANGUAGE_ID, registerLanguage } from "./register";

/** What the language is asked about and tells, beyond the text. */
export interface Surroundings {
  /** What is known of the host now. */
  host(): CompletionHost;
  /** The script as it would be sent: template variables filled in. */
  interpolate(source: string): string;
  /** Called with the analysis of each text, some milliseconds after a change. */
  onAnalysis(analysis: Analysis): void;
}

/** The language in one editor. */
export interface Attached {
  /** Analyses again, for the host's version may be known now. */
  refresh(): void;
  /** Shows what the host's bpftrace said of the text as it stands; an empty list takes it away. */
  showHostFindings(findings: readonly HostFinding[]): void;
  /** Takes everything back. */
  dispose(): void;
}

/** Milliseconds from a keystroke to its analysis: what comes faster is analysed once. */
const ANALYSIS_DELAY_MILLIS = 40;
const ANALYSIS_OWNER = "bpflens";
const HOST_OWNER = "bpftrace";

export function attachLanguage(
  monaco: Monaco,
  model: monacoTypes.editor.ITextModel,
  core: Core,
  surroundings: Surroundings,
): Attached {
  registerLanguage(monaco, core);
  monaco.editor.setModelLanguage(model, LANGUAGE_ID);
  let fixable: readonly EditorDiagnostic[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;

  const analyse = () => {
    const source = model.getValue();
    const sent = surroundings.interpolate(source);
    const analysis = analyseFor(core, sent, surroundings.host().version);
    const isAsWritten = sent === source;
    fixable = isAsWritten ? analysis.diagnostics : [];
    const positionAt = (offset: number) => model.getPositionAt(offset);
    const markers = isAsWritten
      ? analysisMarkers(analysis.diagnostics, positionAt)
      : markersByLine(analysis.diagnostics);
    monaco.editor.setModelMarkers(model, ANALYSIS_OWNER, markers);
    surroundings.onAnalysis(analysis);
  };
  const onChange = () => {
    fixable = [];
    monaco.editor.setModelMarkers(model, HOST_OWNER, []);
    clearTimeout(timer);
    timer = setTimeout(analyse, ANALYSIS_DELAY_MILLIS);
  };

  const parts = [
    model.onDidChangeContent(onChange),
    ...registerProviders(monaco, core, model, { host: surroundings.host, fixable: () => fixable }),
  ];
  analyse();
  return {
    refresh: analyse,
    showHostFindings: (findings) => monaco.editor.setModelMarkers(model, HOST_OWNER, hostMarkers(findings)),
    dispose() {
      clearTimeout(timer);
      for (const part of parts) part.dispose();
    },
  };
}

/** With a version that the core does not understand, the newest language that it knows counts. */
function analyseFor(core: Core, source: string, version: string | undefined): Analysis {
  if (version === undefined) return core.analyse(source);
  try {
    return core.analyse(source, version);
  } catch {
    return core.analyse(source);
  }
}
