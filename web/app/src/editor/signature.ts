// How the function is called whose arguments are being typed: shown above the line until the call is left.

import { completionStatus } from "@codemirror/autocomplete";
import {
  type EditorState,
  type Extension,
  Prec,
  StateEffect,
  StateField,
  type Transaction,
} from "@codemirror/state";
import { type EditorView, keymap, showTooltip, type Tooltip } from "@codemirror/view";
import { forVersion, type Signature, signatureHelp } from "bpflens";
import { paragraphOf } from "./explanation.ts";
import { bpftraceVersionOf } from "./lint.ts";

/** Typing `(` or `,` shows the signature, so does Ctrl+Shift+Space; Escape hides it. */
export function signatures(): Extension {
  const keys = [
    { key: "Ctrl-Shift-Space", run: (view: EditorView) => change(view, "show") },
    { key: "Escape", run: (view: EditorView) => isOnTop(view.state) && change(view, "hide") },
  ];
  return [shownSignature, Prec.highest(keymap.of(keys))];
}

/** Whether Escape means the signature: an open list of proposals goes first. */
function isOnTop(state: EditorState): boolean {
  return state.field(shownSignature) !== undefined && completionStatus(state) !== "active";
}

interface Shown {
  readonly signature: Signature;
  /** Where the cursor was when this call was entered, so that the box does not move with each letter. */
  readonly pos: number;
}

const request = StateEffect.define<"show" | "hide">();

const shownSignature = StateField.define<Shown | undefined>({
  create: () => undefined,
  update(shown, transaction) {
    const wanted = transaction.effects.find((effect) => effect.is(request))?.value;
    if (wanted === "hide") return undefined;
    if (wanted === undefined && !transaction.docChanged && !transaction.selection) return shown;
    if (shown === undefined && wanted === undefined && !beginsArgument(transaction)) return undefined;
    return signatureAtCursor(transaction, shown);
  },
  provide: (field) => showTooltip.from(field, (shown) => (shown === undefined ? null : tooltipOf(shown))),
});

function change(view: EditorView, wanted: "show" | "hide"): true {
  view.dispatch({ effects: request.of(wanted) });
  return true;
}

/** Whether the user, or the completion that he took, has just written the beginning of an argument. */
function beginsArgument(transaction: Transaction): boolean {
  if (!transaction.isUserEvent("input.type") && !transaction.isUserEvent("input.complete")) return false;
  let begins = false;
  transaction.changes.iterChanges((_fromA, _toA, _fromB, _toB, inserted) => {
    begins ||= /[(,]/.test(inserted.toString());
  });
  return begins;
}

function signatureAtCursor(transaction: Transaction, shown: Shown | undefined): Shown | undefined {
  const { state } = transaction;
  const signature = signatureAt(state, state.selection.main.head);
  if (signature === undefined) return undefined;
  const isSameCall = shown?.signature.label === signature.label;
  const pos = isSameCall ? transaction.changes.mapPos(shown.pos, -1) : state.selection.main.head;
  return { signature, pos };
}

function signatureAt(state: EditorState, offset: number): Signature | undefined {
  const source = state.doc.toString();
  return forVersion(bpftraceVersionOf(state), (version) => signatureHelp(source, offset, version));
}

function tooltipOf({ signature, pos }: Shown): Tooltip {
  return { pos, above: true, create: () => ({ dom: boxOf(signature) }) };
}

function boxOf({ label, parameters, active, documentation }: Signature): HTMLElement {
  const box = document.createElement("div");
  box.className = "cm-explanation cm-signature";
  const call = document.createElement("code");
  const typed = parameters[active];
  if (typed === undefined) call.append(label);
  else {
    const parameter = document.createElement("strong");
    parameter.textContent = label.slice(typed.from, typed.to);
    call.append(label.slice(0, typed.from), parameter, label.slice(typed.to));
  }
  box.append(call);
  if (documentation !== undefined) box.append(paragraphOf(documentation));
  return box;
}
