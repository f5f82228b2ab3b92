// Assembles the editor out of CodeMirror's packages.

import { closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { bracketMatching, indentUnit } from "@codemirror/language";
import { lintKeymap } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { EditorState, type Extension, Prec } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { completion } from "./completion.ts";
import type { Finding } from "./diagnostics.ts";
import { explanations } from "./explanation.ts";
import { folding } from "./folding.ts";
import { highlighting } from "./highlight.ts";
import { linting } from "./lint.ts";
import { look } from "./look.ts";
import { signatures } from "./signature.ts";

/** What the editor tells its surroundings. */
export interface EditorEvents {
  onChange(source: string): void;
  onFindings(findings: readonly Finding[]): void;
  onRun(): void;
  onStop(): void;
}

/** An editor with this text, as a child of `parent`. */
export function createEditor(parent: HTMLElement, doc: string, events: EditorEvents): EditorView {
  return new EditorView({ parent, state: EditorState.create({ doc, extensions: extensions(events) }) });
}

/** Replaces the whole text, as one step that can be undone. */
export function replaceText(view: EditorView, text: string): void {
  view.dispatch({
    changes: { from: 0, to: view.state.doc.length, insert: text },
    selection: { anchor: 0 },
    scrollIntoView: true,
  });
}

/** Puts the cursor there and the focus into the editor. */
export function goTo(view: EditorView, offset: number): void {
  view.dispatch({ selection: { anchor: Math.min(offset, view.state.doc.length) }, scrollIntoView: true });
  view.focus();
}

function extensions(events: EditorEvents): Extension[] {
  const commands = [
    { key: "Mod-Enter", run: () => done(events.onRun) },
    { key: "Ctrl-.", run: () => done(events.onStop) },
  ];
  return [
    Prec.highest(keymap.of(commands)),
    lineNumbers(),
    highlightSpecialChars(),
    history(),
    drawSelection(),
    bracketMatching(),
    closeBrackets(),
    highlightActiveLine(),
    highlightActiveLineGutter(),
    highlightSelectionMatches(),
    indentUnit.of("  "),
    EditorState.tabSize.of(4),
    EditorState.languageData.of(() => [
      { commentTokens: { line: "//", block: { open: "/*", close: "*/" } } },
    ]),
    EditorView.contentAttributes.of({ "aria-label": "bpftrace script", spellcheck: "false" }),
    highlighting(),
    linting(events.onFindings),
    // Before completion, which would take Escape for its own while it only looks for proposals.
    signatures(),
    completion(),
    explanations(),
    folding(),
    look,
    keymap.of([
      ...completionKeymap,
      ...closeBracketsKeymap,
      ...searchKeymap,
      ...historyKeymap,
      ...lintKeymap,
      ...defaultKeymap,
      indentWithTab,
    ]),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) events.onChange(update.state.doc.toString());
    }),
  ];
}

function done(action: () => void): true {
  action();
  return true;
}
