// Colours a script with the core's own tokens, so that the page and the host read it alike.

import { type Extension, RangeSetBuilder } from "@codemirror/state";
import {
  Decoration,
  type DecorationSet,
  type EditorView,
  ViewPlugin,
  type ViewUpdate,
} from "@codemirror/view";
import { semanticTokenKinds, semanticTokens } from "bpflens";
import { tokensBetween } from "./token_range.ts";

/** Classes are `tok-KIND`; the theme knows their colours. */
export function highlighting(): Extension {
  const marks = semanticTokenKinds().map((kind) => Decoration.mark({ class: `tok-${kind}` }));
  class Highlighter {
    decorations: DecorationSet;
    /** Of the whole text, read once for each change: what comes before a token may decide what it is. */
    #tokens: Uint32Array;

    constructor(view: EditorView) {
      this.#tokens = semanticTokens(view.state.doc.toString());
      this.decorations = decorate(view, this.#tokens, marks);
    }

    update(update: ViewUpdate) {
      if (update.docChanged) this.#tokens = semanticTokens(update.state.doc.toString());
      if (update.docChanged || update.viewportChanged) {
        this.decorations = decorate(update.view, this.#tokens, marks);
      }
    }
  }
  return ViewPlugin.fromClass(Highlighter, { decorations: (plugin) => plugin.decorations });
}

/** Decorates what is visible only, so that scrolling in a long script costs no more than in a short one. */
function decorate(view: EditorView, tokens: Uint32Array, marks: readonly Decoration[]): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>();
  const visible = tokensBetween(tokens, view.viewport.from, view.viewport.to);
  for (let i = 0; i < visible.length; i += 3) {
    const [from = 0, to = 0, kind = 0] = visible.subarray(i, i + 3);
    const mark = marks[kind];
    if (mark !== undefined && from < to) builder.add(from, to, mark);
  }
  return builder.finish();
}
