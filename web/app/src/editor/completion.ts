// Completion and hover: the core proposes and explains, CodeMirror shows.

import {
  autocompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
  snippet,
} from "@codemirror/autocomplete";
import { type Extension, StateEffect, StateField } from "@codemirror/state";
import { type EditorView, hoverTooltip } from "@codemirror/view";
import { type CompletionItem, complete, forVersion, hover, ProbeIndex } from "bpflens";
import { bpftraceVersionOf } from "./lint.ts";

const learn = StateEffect.define<ProbeIndex>();

/** The host's probes, as soon as they are known. */
const hostProbes = StateField.define<ProbeIndex | undefined>({
  create: () => undefined,
  update: (known, { effects }) => effects.find((effect) => effect.is(learn))?.value ?? known,
});

/** Proposes the host's probes from now on; `names` are separated by commas or line ends. */
export function setProbes(view: EditorView, names: string): void {
  const before = view.state.field(hostProbes);
  view.dispatch({ effects: learn.of(new ProbeIndex(names)) });
  before?.free();
}

/** Proposals while typing, and what is known of the name under the mouse. */
export function completion(): Extension {
  return [hostProbes, autocompletion({ override: [propose], icons: false }), hoverTooltip(explain)];
}

function propose(context: CompletionContext): CompletionResult | null {
  const { state, pos, explicit } = context;
  const source = state.doc.toString();
  const list = forVersion(bpftraceVersionOf(state), (version) =>
    complete(source, pos, version, state.field(hostProbes)),
  );
  // Nobody who has typed nothing wants a list, unless he asks.
  if (list.items.length === 0 || (list.from === pos && !explicit)) return null;
  // The core has ranked them, and the next letter brings others.
  return { from: list.from, to: list.to, options: list.items.map(optionOf), filter: false };
}

function optionOf(item: CompletionItem): Completion {
  return {
    label: item.label,
    type: item.kind,
    apply: item.isSnippet ? snippet(item.insertText) : item.insertText,
    ...(item.detail !== undefined && { detail: item.detail }),
    ...(item.documentation !== undefined && { info: item.documentation }),
  };
}

function explain(view: EditorView, position: number) {
  const source = view.state.doc.toString();
  const found = forVersion(bpftraceVersionOf(view.state), (version) => hover(source, position, version));
  if (found === undefined) return null;
  const create = () => {
    const dom = document.createElement("div");
    dom.className = "cm-explanation";
    dom.textContent = found.markdown.replace(/^```.*\n?/gm, "");
    return { dom };
  };
  return { pos: found.from, end: found.to, create };
}
