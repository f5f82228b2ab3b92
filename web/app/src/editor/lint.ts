// Shows findings in the editor while typing: the core's after a short pause, bpftrace's until the text changes.

import { forceLinting, linter, lintGutter } from "@codemirror/lint";
import { type EditorState, type Extension, StateEffect, StateField } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { analyse, forVersion } from "bpflens";
import { type Finding, findingOfAnalysis, markerOf } from "./diagnostics.ts";

/** Milliseconds without a keystroke before the script is analysed. Shorter flickers, longer feels deaf. */
const TYPING_PAUSE_MILLIS = 150;

/** What the host has told that bears on the findings. */
interface HostKnowledge {
  /** Of bpftrace about the text as it stands. */
  readonly findings: readonly Finding[];
  readonly bpftraceVersion: string | undefined;
}

const learn = StateEffect.define<Partial<HostKnowledge>>();

const hostKnowledge = StateField.define<HostKnowledge>({
  create: () => ({ findings: [], bpftraceVersion: undefined }),
  update(known, transaction) {
    const current = transaction.docChanged && known.findings.length > 0 ? { ...known, findings: [] } : known;
    const learned = transaction.effects.filter((effect) => effect.is(learn)).map(({ value }) => value);
    return learned.length === 0 ? current : Object.assign({}, current, ...learned);
  },
});

/** Markers, their gutter, and a call with all findings whenever they were computed. */
export function linting(onFindings: (findings: readonly Finding[]) => void): Extension {
  const source = ({ state }: EditorView) => {
    const findings = findingsOf(state);
    onFindings(findings);
    return findings.flatMap((finding) => markerOf(finding, state.doc.length) ?? []);
  };
  const needsRefresh = (update: { startState: EditorState; state: EditorState }) =>
    update.startState.field(hostKnowledge) !== update.state.field(hostKnowledge);
  return [
    hostKnowledge,
    lintGutter(),
    linter(source, { delay: TYPING_PAUSE_MILLIS, needsRefresh }),
    EditorView.updateListener.of((update) => {
      if (needsRefresh(update)) queueMicrotask(() => forceLinting(update.view));
    }),
  ];
}

/** Shows what bpftrace said about the script as it stands; an empty list removes it. */
export function showHostFindings(view: EditorView, findings: readonly Finding[]): void {
  if (findings.length === 0 && view.state.field(hostKnowledge).findings.length === 0) return;
  view.dispatch({ effects: learn.of({ findings }) });
}

/** Judges the script from now on by the language of this version. */
export function setBpftraceVersion(view: EditorView, bpftraceVersion: string | undefined): void {
  if (view.state.field(hostKnowledge).bpftraceVersion === bpftraceVersion) return;
  view.dispatch({ effects: learn.of({ bpftraceVersion }) });
}

/** The version that the script is judged by; undefined for the newest. */
export function bpftraceVersionOf(state: EditorState): string | undefined {
  return state.field(hostKnowledge).bpftraceVersion;
}

function findingsOf(state: EditorState): Finding[] {
  const { findings, bpftraceVersion } = state.field(hostKnowledge);
  const source = state.doc.toString();
  const { diagnostics } = forVersion(bpftraceVersion, (version) => analyse(source, version));
  return [...diagnostics.map(findingOfAnalysis), ...findings];
}
