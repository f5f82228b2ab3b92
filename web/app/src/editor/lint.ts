// Shows findings in the editor while typing: the core's after a short pause, bpftrace's until the text changes.

import { forceLinting, linter, lintGutter } from "@codemirror/lint";
import { type Extension, StateEffect, StateField } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { analyse } from "bpflens";
import { type Finding, findingOfAnalysis, markerOf } from "./diagnostics.ts";

/** Milliseconds without a keystroke before the script is analysed. Shorter flickers, longer feels deaf. */
const TYPING_PAUSE_MILLIS = 150;

const setHostFindings = StateEffect.define<readonly Finding[]>();

const hostFindings = StateField.define<readonly Finding[]>({
  create: () => [],
  update(findings, transaction) {
    const effect = transaction.effects.find((candidate) => candidate.is(setHostFindings));
    if (effect?.is(setHostFindings)) return effect.value;
    return transaction.docChanged ? [] : findings;
  },
});

/** Markers, their gutter, and a call with all findings whenever they were computed. */
export function linting(onFindings: (findings: readonly Finding[]) => void): Extension {
  const source = (view: EditorView) => {
    const { state } = view;
    const own = analyse(state.doc.toString()).diagnostics.map(findingOfAnalysis);
    const findings = [...own, ...state.field(hostFindings)];
    onFindings(findings);
    return findings.flatMap((finding) => markerOf(finding, state.doc.length) ?? []);
  };
  const needsRefresh = (update: { startState: EditorView["state"]; state: EditorView["state"] }) =>
    update.startState.field(hostFindings) !== update.state.field(hostFindings);
  return [
    hostFindings,
    lintGutter(),
    linter(source, { delay: TYPING_PAUSE_MILLIS, needsRefresh }),
    EditorView.updateListener.of((update) => {
      if (needsRefresh(update)) queueMicrotask(() => forceLinting(update.view));
    }),
  ];
}

/** Shows what bpftrace said about the script as it stands; an empty list removes it. */
export function showHostFindings(view: EditorView, findings: readonly Finding[]): void {
  if (findings.length === 0 && view.state.field(hostFindings).length === 0) return;
  view.dispatch({ effects: setHostFindings.of(findings) });
}
