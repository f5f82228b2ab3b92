// A text with positions, as Monaco's models are: for tests of what needs no more of Monaco.

import type { monacoTypes } from "@grafana/ui";

export class TextModel {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  readonly getPositionAt = (offset: number): monacoTypes.IPosition => {
    const lines = this.#text.slice(0, offset).split("\n");
    return { lineNumber: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
  };

  readonly getOffsetAt = ({ lineNumber, column }: monacoTypes.IPosition): number => {
    const before = this.#text.split("\n").slice(0, lineNumber - 1);
    return before.reduce((length, line) => length + line.length + 1, 0) + column - 1;
  };

  edited({ range, text }: { range: monacoTypes.IRange; text: string | null }): string {
    const from = this.getOffsetAt({ lineNumber: range.startLineNumber, column: range.startColumn });
    const to = this.getOffsetAt({ lineNumber: range.endLineNumber, column: range.endColumn });
    return this.#text.slice(0, from) + (text ?? "") + this.#text.slice(to);
  }

  /** What is here of Monaco's model is what the tested functions call. */
  asMonaco(): monacoTypes.editor.ITextModel {
    const { getPositionAt, getOffsetAt } = this;
    const model = { getPositionAt, getOffsetAt, uri: {}, getVersionId: () => 1 };
    return model as unknown as monacoTypes.editor.ITextModel;
  }
}
