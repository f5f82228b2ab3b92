// Completion: the core proposes, CodeMirror shows.

import {
  acceptCompletion,
  autocompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
  snippet,
} from "@codemirror/autocomplete";
import { type Extension, Prec, StateEffect, StateField } from "@codemirror/state";
import { type EditorView, keymap } from "@codemirror/view";
import { type CompletionItem, complete, forVersion, ProbeIndex } from "bpflens";
import { paragraphOf } from "./explanation.ts";
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

/** Proposals while typing; Enter and Tab take the chosen one. */
export function completion(): Extension {
  return [
    hostProbes,
    // Before the keys of a snippet: Tab then goes to its next place only when no list is open.
    Prec.highest(keymap.of([{ key: "Tab", run: acceptCompletion }])),
    autocompletion({ override: [propose], icons: false }),
  ];
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
  const { documentation } = item;
  return {
    label: item.label,
    type: item.kind,
    apply: item.isSnippet ? snippet(item.insertText) : item.insertText,
    ...(item.detail !== undefined && { detail: item.detail }),
    ...(documentation !== undefined && { info: () => paragraphOf(documentation) }),
  };
}
