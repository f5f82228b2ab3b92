// Folds what the core says belongs together: blocks, definitions, comments of several lines.

import { codeFolding, foldGutter, foldKeymap, foldService } from "@codemirror/language";
import { type EditorState, type Extension, StateField } from "@codemirror/state";
import { keymap } from "@codemirror/view";
import { foldingRanges } from "bpflens";

/** The gutter's triangles, the keys, and the ranges. */
export function folding(): Extension {
  return [lastLines, foldService.of(rangeFrom), codeFolding(), foldGutter(), keymap.of(foldKeymap)];
}

/** The last line of each range by its first one; read once for each change, as the gutter asks line by line. */
const lastLines = StateField.define<ReadonlyMap<number, number>>({
  create: readRanges,
  update: (known, { docChanged, state }) => (docChanged ? readRanges(state) : known),
});

/** Of several ranges that begin in one line, the longest. */
function readRanges(state: EditorState): ReadonlyMap<number, number> {
  const known = new Map<number, number>();
  for (const { startLine, endLine } of foldingRanges(state.doc.toString())) {
    known.set(startLine, Math.max(endLine, known.get(startLine) ?? 0));
  }
  return known;
}

/** From the end of the first line on: that one stays. */
function rangeFrom(state: EditorState, lineStart: number, lineEnd: number) {
  const last = state.field(lastLines).get(state.doc.lineAt(lineStart).number);
  if (last === undefined || last > state.doc.lines) return null;
  return { from: lineEnd, to: state.doc.line(last).to };
}
