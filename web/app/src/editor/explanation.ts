// What is known of the name under the mouse: the core explains, CodeMirror shows.

import type { Extension } from "@codemirror/state";
import { type EditorView, hoverTooltip } from "@codemirror/view";
import { forVersion, hover } from "bpflens";
import { bpftraceVersionOf } from "./lint.ts";

/** Explains names while the mouse rests on them. */
export function explanations(): Extension {
  return hoverTooltip(explain);
}

function explain(view: EditorView, position: number) {
  const source = view.state.doc.toString();
  const found = forVersion(bpftraceVersionOf(view.state), (version) => hover(source, position, version));
  if (found === undefined) return null;
  return { pos: found.from, end: found.to, create: () => ({ dom: explanationOf(found.markdown) }) };
}

/** The core's Markdown knows three things: a block of code, paragraphs, and code within them. */
export function explanationOf(markdown: string): HTMLElement {
  const box = document.createElement("div");
  box.className = "cm-explanation";
  for (const part of markdown.split("\n\n")) {
    const code = /^```\w*\n([\s\S]*)\n```$/.exec(part)?.[1];
    box.append(code === undefined ? paragraphOf(part) : codeOf(code));
  }
  return box;
}

/** A sentence or several, with `names` set apart. */
export function paragraphOf(sentences: string): HTMLElement {
  const paragraph = document.createElement("p");
  for (const [place, piece] of sentences.split("`").entries()) {
    paragraph.append(place % 2 === 0 ? piece : codeOf(piece));
  }
  return paragraph;
}

function codeOf(text: string): HTMLElement {
  const code = document.createElement("code");
  code.textContent = text;
  return code;
}
