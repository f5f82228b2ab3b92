// Completion in Monaco's form. The core ranks; Monaco is kept from filtering and sorting again.

import type { Monaco, monacoTypes } from "@grafana/ui";
import type { CompletionItem, CompletionList, ProbeIndex } from "bpflens";
import type { Core } from "../../core/load";

/** What completion knows of the host. */
export interface CompletionHost {
  /** Version of its bpftrace, if it told. */
  readonly version: string | undefined;
  /** Names of its probes, once they are read. */
  readonly probes: ProbeIndex | undefined;
}

type Kinds = Record<CompletionItem["kind"], monacoTypes.languages.CompletionItemKind>;
type List = monacoTypes.languages.CompletionList;

/** Completes in `model` alone. `host` is asked at each keystroke. */
export function completionProvider(
  monaco: Monaco,
  core: Core,
  model: monacoTypes.editor.ITextModel,
  host: () => CompletionHost,
): monacoTypes.languages.CompletionItemProvider {
  const kinds = completionKinds(monaco.languages.CompletionItemKind);
  return {
    triggerCharacters: [":", "@", "$", ".", ">", "/"],
    provideCompletionItems(asked, position) {
      if (asked !== model) return undefined;
      const offset = model.getOffsetAt(position);
      const { version, probes } = host();
      const source = model.getValue();
      const list = core.forVersion(version, (target) => core.complete(source, offset, target, probes));
      return completionList(list, offset, (at) => model.getPositionAt(at), source, kinds);
    },
  };
}

/** The core's list as Monaco wants it. */
export function completionList(
  list: CompletionList,
  offset: number,
  positionAt: (offset: number) => monacoTypes.IPosition,
  source: string,
  kinds: Kinds,
): List {
  const [start, cursor, end] = [list.from, offset, Math.max(list.to, offset)].map(positionAt) as [
    monacoTypes.IPosition,
    monacoTypes.IPosition,
    monacoTypes.IPosition,
  ];
  // What is typed is what every item is found by: so all are as good, and their order is the core's.
  const filterText = source.slice(list.from, offset);
  const range = { insert: between(start, cursor), replace: between(start, end) };
  const suggestions = list.items.map((item, rank) => ({
    label: item.detail === undefined ? item.label : { label: item.label, description: item.detail },
    kind: kinds[item.kind],
    insertText: item.insertText,
    filterText,
    sortText: `${rank}`.padStart(5, "0"),
    range,
    ...(item.isSnippet ? { insertTextRules: INSERT_AS_SNIPPET } : {}),
    ...(item.documentation === undefined ? {} : { documentation: { value: item.documentation } }),
  }));
  // The next letter finds others: of 180,000 probes these are the best for what is typed so far.
  return { suggestions, incomplete: true };
}

/** `CompletionItemInsertTextRule.InsertAsSnippet`. */
const INSERT_AS_SNIPPET = 4;

function completionKinds(kinds: typeof monacoTypes.languages.CompletionItemKind): Kinds {
  return {
    probe: kinds.Event,
    function: kinds.Function,
    builtin: kinds.Constant,
    map: kinds.Field,
    variable: kinds.Variable,
    annotation: kinds.Reference,
    keyword: kinds.Keyword,
    config: kinds.Property,
    type: kinds.Struct,
    field: kinds.Field,
    snippet: kinds.Snippet,
  };
}

function between(start: monacoTypes.IPosition, end: monacoTypes.IPosition): monacoTypes.IRange {
  return {
    startLineNumber: start.lineNumber,
    startColumn: start.column,
    endLineNumber: end.lineNumber,
    endColumn: end.column,
  };
}
