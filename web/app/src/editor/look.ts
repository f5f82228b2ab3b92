// The editor's look: every colour is a variable of the page's theme, so that one look serves both themes.

import type { Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";

const TOKEN_COLOURS: Readonly<Record<string, string>> = {
  keyword: "keyword",
  preprocessor: "keyword",
  probe: "probe",
  function: "function",
  builtin: "builtin",
  map: "map",
  variable: "variable",
  number: "number",
  string: "string",
  comment: "comment",
  annotation: "annotation",
};

const tokenRules = Object.fromEntries(
  Object.entries(TOKEN_COLOURS).map(([kind, colour]) => [`.tok-${kind}`, { color: `var(--tok-${colour})` }]),
);

export const look: Extension = EditorView.theme({
  "&": { color: "var(--ink)", backgroundColor: "var(--surface)", fontSize: "13.5px" },
  "&.cm-focused": { outline: "2px solid var(--focus)", outlineOffset: "-2px" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.55" },
  ".cm-content": { caretColor: "var(--ink)", padding: "8px 0" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": {
    backgroundColor: "var(--surface)",
    color: "var(--ink-3)",
    borderRight: "1px solid var(--line)",
  },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--accent) 6%, transparent)" },
  ".cm-activeLineGutter": { backgroundColor: "var(--surface-2)", color: "var(--ink)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "color-mix(in srgb, var(--accent) 26%, transparent)",
  },
  "&.cm-focused .cm-matchingBracket": {
    backgroundColor: "var(--accent-soft)",
    outline: "1px solid var(--accent)",
  },
  "&.cm-focused .cm-nonmatchingBracket": { backgroundColor: "var(--danger-soft)" },
  ".cm-searchMatch": { backgroundColor: "var(--warn-soft)", outline: "1px solid var(--warn)" },
  ".cm-panels": { backgroundColor: "var(--surface-2)", color: "var(--ink)", borderColor: "var(--line)" },
  ".cm-textfield": {
    backgroundColor: "var(--surface)",
    color: "var(--ink)",
    borderColor: "var(--line-strong)",
  },
  ".cm-button": { backgroundImage: "none", backgroundColor: "var(--surface)", color: "var(--ink)" },
  ".cm-tooltip": {
    backgroundColor: "var(--surface)",
    color: "var(--ink)",
    border: "1px solid var(--line-strong)",
    borderRadius: "6px",
    overflow: "hidden",
    boxShadow: "var(--shadow)",
  },
  // What is said of the chosen proposal stands beside the list, which must not cut it off.
  ".cm-tooltip.cm-tooltip-autocomplete": { overflow: "visible" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--mono)", borderRadius: "6px" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "2px 8px" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": {
    backgroundColor: "var(--accent-soft)",
    color: "var(--ink)",
  },
  ".cm-completionDetail": { marginLeft: "1em", fontStyle: "normal", color: "var(--ink-2)" },
  ".cm-tooltip.cm-completionInfo": { padding: "6px 10px", fontFamily: "var(--font)", fontSize: "13px" },
  ".cm-diagnostic": { fontFamily: "var(--font)", fontSize: "13px", whiteSpace: "pre-wrap" },
  ".cm-explanation": { padding: "6px 10px", maxWidth: "60ch", fontFamily: "var(--font)", fontSize: "13px" },
  ".cm-explanation code, .cm-completionInfo code": { fontFamily: "var(--mono)", fontSize: "12.5px" },
  ".cm-explanation p": { margin: "4px 0 0", color: "var(--ink-2)" },
  ".cm-completionInfo p": { margin: "0" },
  ".cm-signature strong": { color: "var(--accent)" },
  ".cm-diagnosticAction": { backgroundColor: "var(--accent)", color: "var(--accent-ink)" },
  ".tok-comment": { fontStyle: "italic" },
  ".tok-annotation": { fontWeight: "600" },
  ...tokenRules,
});
