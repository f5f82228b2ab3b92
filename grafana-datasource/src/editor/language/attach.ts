// Gives one editor the language: completion, hover, signatures, folding, findings while typing, quick fixes.

import type { Monaco, monacoTypes } from "@grafana/ui";
import type { Analysis, EditorDiagnostic, HostDiagnostic } from "bpflens";
import type { Core } from "../../core/load";
import type { CompletionHost } from "./completion";
import { analysisMarkers, hostMarkers, markersByLine, onlyOfHost } from "./findings";
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
  showHostFindings(findings: readonly HostDiagnostic[]): void;
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
  let found: readonly EditorDiagnostic[] = [];
  let ofHost: readonly HostDiagnostic[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;

  const analyse = () => {
    const source = model.getValue();
    const sent = surroundings.interpolate(source);
    const analysis = core.forVersion(surroundings.host().version, (version) => core.analyse(sent, version));
    const isAsWritten = sent === source;
    // Nobody has done anything wrong yet where nothing is written.
    found = sent.trim() === "" ? [] : analysis.diagnostics;
    fixable = isAsWritten ? found : [];
    const positionAt = (offset: number) => model.getPositionAt(offset);
    const markers = isAsWritten ? analysisMarkers(found, positionAt) : markersByLine(found);
    monaco.editor.setModelMarkers(model, ANALYSIS_OWNER, markers);
    markHostFindings();
    surroundings.onAnalysis(analysis);
  };
  const markHostFindings = () =>
    monaco.editor.setModelMarkers(model, HOST_OWNER, hostMarkers(onlyOfHost(ofHost, found)));
  const onChange = () => {
    fixable = [];
    ofHost = [];
    markHostFindings();
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
    showHostFindings(findings) {
      ofHost = findings;
      markHostFindings();
    },
    dispose() {
      clearTimeout(timer);
      for (const part of parts) part.dispose();
    },
  };
}
