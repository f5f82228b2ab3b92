// Makes the language known to the page's Monaco, once: brackets, comments, indentation, and the core's own colours.

import type { Monaco, monacoTypes } from "@grafana/ui";
import type { Core } from "../../core/load";

/** Not plain "bpftrace": another plugin's idea of the language is none of ours. */
export const LANGUAGE_ID = "bpflens-bpftrace";

/**
 * The rule of Monaco's and Grafana's themes that colours each kind of token; a kind that is not here has the colour of
 * text. The rules are those that can be read on the dark and on the light ground.
 */
const THEME_RULES: Readonly<Record<string, string>> = {
  keyword: "keyword",
  probe: "type",
  function: "predefined",
  builtin: "regexp",
  map: "key",
  variable: "variable",
  parameter: "variable",
  number: "number",
  string: "string",
  comment: "comment",
  annotation: "keyword.flow",
  preprocessor: "metatag",
  type: "type",
  field: "attribute.value",
  invalid: "invalid",
};

/** Without effect from the second call on: every editor of the page calls it. */
export function registerLanguage(monaco: Monaco, core: Core): void {
  if (monaco.languages.getLanguages().some(({ id }) => id === LANGUAGE_ID)) return;
  monaco.languages.register({ id: LANGUAGE_ID, extensions: [".bt"] });
  monaco.languages.setLanguageConfiguration(LANGUAGE_ID, configuration);
  monaco.languages.setMonarchTokensProvider(LANGUAGE_ID, firstColours);
  monaco.languages.registerDocumentSemanticTokensProvider(LANGUAGE_ID, semanticColours(core));
}

const pairs: [string, string][] = [
  ["{", "}"],
  ["[", "]"],
  ["(", ")"],
];

const configuration: monacoTypes.languages.LanguageConfiguration = {
  comments: { lineComment: "//", blockComment: ["/*", "*/"] },
  brackets: pairs,
  autoClosingPairs: [
    ...pairs.map(([open, close]) => ({ open, close, notIn: ["string", "comment"] })),
    { open: '"', close: '"', notIn: ["string", "comment"] },
  ],
  surroundingPairs: [...pairs, ['"', '"']].map(([open = "", close = ""]) => ({ open, close })),
  wordPattern: /[@$]?\w+/,
  indentationRules: { increaseIndentPattern: /\{[^}"]*$/, decreaseIndentPattern: /^\s*\}/ },
};

/** What text looks like until the core's tokens follow, a moment later: what can be told by its first character. */
const firstColours: monacoTypes.languages.IMonarchLanguage = {
  tokenizer: {
    root: [
      [/\/\/.*$/, "comment"],
      [/\/\*/, "comment", "@comment"],
      [/"(?:[^"\\]|\\.)*"?/, "string"],
      [/@\w*/, THEME_RULES.map ?? ""],
      [/\$\w+/, "variable"],
      [/\b\d\w*/, "number"],
      [/[a-zA-Z_]\w*/, ""],
    ],
    comment: [
      [/\*\//, "comment", "@pop"],
      [/./, "comment"],
    ],
  },
};

function semanticColours(core: Core): monacoTypes.languages.DocumentSemanticTokensProvider {
  const tokenTypes = core.semanticTokenKinds().map((kind) => THEME_RULES[kind] ?? "");
  return {
    getLegend: () => ({ tokenTypes, tokenModifiers: [] }),
    provideDocumentSemanticTokens: (model) => ({
      data: relativeTokens(core.semanticTokens(model.getValue()), (offset) => model.getPositionAt(offset)),
    }),
    releaseDocumentSemanticTokens: () => undefined,
  };
}

/**
 * The core's triples (start, end, kind) in Monaco's form: five numbers a token, each relative to the one before. A token
 * over several lines becomes one in each: Monaco knows no others.
 */
export function relativeTokens(
  tokens: Uint32Array,
  positionAt: (offset: number) => { lineNumber: number; column: number },
): Uint32Array {
  const data: number[] = [];
  let lastLine = 1;
  let lastColumn = 1;
  const push = (line: number, column: number, length: number, kind: number) => {
    if (length <= 0) return;
    data.push(line - lastLine, line === lastLine ? column - lastColumn : column - 1, length, kind, 0);
    lastLine = line;
    lastColumn = column;
  };
  for (let at = 0; at + 2 < tokens.length; at += 3) {
    const [from = 0, to = 0, kind = 0] = tokens.subarray(at, at + 3);
    const start = positionAt(from);
    const end = positionAt(to);
    if (start.lineNumber === end.lineNumber) push(start.lineNumber, start.column, to - from, kind);
    else pushLines(from, to, kind);
  }
  return Uint32Array.from(data);

  function pushLines(from: number, to: number, kind: number) {
    let begin = from;
    for (let offset = from + 1; offset <= to; offset++) {
      const position = positionAt(begin);
      if (offset < to && positionAt(offset).lineNumber === position.lineNumber) continue;
      push(position.lineNumber, position.column, offset - begin - (offset < to ? 1 : 0), kind);
      begin = offset;
    }
  }
}
