// The editor as a component: text in, changes and findings out.

import type { EditorView } from "@codemirror/view";
import { useEffect, useRef } from "preact/hooks";
import { createEditor, type EditorEvents } from "./setup.ts";

interface EditorProps extends EditorEvents {
  /** Text at the start; later changes go through the view. */
  readonly initialText: string;
  onReady(view: EditorView): void;
}

export function Editor(props: EditorProps) {
  const frame = useRef<HTMLDivElement>(null);
  // The view lives as long as the frame; it calls whatever handlers the last render brought.
  const latest = useRef(props);
  latest.current = props;
  useEffect(() => {
    if (frame.current === null) return;
    const view = createEditor(frame.current, latest.current.initialText, {
      onChange: (source) => latest.current.onChange(source),
      onFindings: (findings) => latest.current.onFindings(findings),
      onRun: () => latest.current.onRun(),
      onStop: () => latest.current.onStop(),
    });
    latest.current.onReady(view);
    return () => view.destroy();
  }, []);
  return <div class="editor-frame" ref={frame} data-testid="editor" />;
}
