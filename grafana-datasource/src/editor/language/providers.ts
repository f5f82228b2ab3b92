// What Monaco asks about one text: completion, hover, signatures, folding, quick fixes.

import type { Monaco, monacoTypes } from "@grafana/ui";
import type { EditorDiagnostic } from "bpflens";
import type { Core } from "../../core/load";
import { type CompletionHost, completionProvider } from "./completion";
import { quickFixes } from "./findings";
import { LANGUAGE_ID } from "./register";

/** Each answers for `model` alone, and asks for what it must know when it is called. */
export function registerProviders(
  monaco: Monaco,
  core: Core,
  model: monacoTypes.editor.ITextModel,
  { host, fixable }: { host(): CompletionHost; fixable(): readonly EditorDiagnostic[] },
): monacoTypes.IDisposable[] {
  const { languages } = monaco;
  const isOther = (asked: monacoTypes.editor.ITextModel) => asked !== model;
  const ask = <T>(
    question: (source: string, offset: number, version?: string) => T,
    position: monacoTypes.IPosition,
  ) =>
    core.forVersion(host().version, (version) =>
      question(model.getValue(), model.getOffsetAt(position), version),
    );
  return [
    languages.registerCompletionItemProvider(LANGUAGE_ID, completionProvider(monaco, core, model, host)),
    languages.registerHoverProvider(LANGUAGE_ID, {
      provideHover(asked, position) {
        if (isOther(asked)) return undefined;
        const hover = ask(core.hover, position);
        if (hover === undefined) return undefined;
        const range = monaco.Range.fromPositions(
          model.getPositionAt(hover.from),
          model.getPositionAt(hover.to),
        );
        return { contents: [{ value: hover.markdown }], range };
      },
    }),
    languages.registerSignatureHelpProvider(LANGUAGE_ID, {
      signatureHelpTriggerCharacters: ["(", ","],
      signatureHelpRetriggerCharacters: [")"],
      provideSignatureHelp(asked, position) {
        if (isOther(asked)) return undefined;
        const help = ask(core.signatureHelp, position);
        if (help === undefined) return undefined;
        const { label, documentation, parameters, active } = help;
        const signature = {
          label,
          parameters: parameters.map(({ from, to }) => ({ label: [from, to] as [number, number] })),
          ...(documentation === undefined ? {} : { documentation: { value: documentation } }),
        };
        return {
          value: { signatures: [signature], activeSignature: 0, activeParameter: active },
          dispose: () => undefined,
        };
      },
    }),
    languages.registerFoldingRangeProvider(LANGUAGE_ID, {
      provideFoldingRanges: (asked) =>
        isOther(asked)
          ? undefined
          : core
              .foldingRanges(model.getValue())
              .map(({ startLine, endLine }) => ({ start: startLine, end: endLine })),
    }),
    languages.registerCodeActionProvider(LANGUAGE_ID, {
      provideCodeActions: (asked, range) =>
        isOther(asked)
          ? undefined
          : { actions: quickFixes(fixable(), model, range), dispose: () => undefined },
    }),
  ];
}
