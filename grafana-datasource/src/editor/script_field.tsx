// Where the script is written: Monaco with the core's language, or a plain field where there is no core.

import { Alert, CodeEditor, type Monaco, type MonacoEditor, TextArea } from "@grafana/ui";
import type { Analysis, HostDiagnostic } from "bpflens";
import { useEffect, useMemo, useRef } from "react";
import type { Core } from "../core/load";
import { type Attached, attachLanguage, type Surroundings } from "./language/attach";
import { LANGUAGE_ID } from "./language/register";

interface Props {
  readonly label: string;
  readonly text: string;
  readonly core: Core | undefined;
  /** Why there is no core. */
  readonly failure: string | undefined;
  readonly surroundings: Surroundings;
  /** What bpftrace said of this text. */
  readonly hostFindings: readonly HostDiagnostic[];
  onChange(text: string): void;
  onBlur(): void;
  onRun(text: string): void;
  /** Escape: the focus is wanted elsewhere. In the script Tab indents, so there must be another way out. */
  onLeave(): void;
  /** Called with the way to put the cursor somewhere; undefined when there is none any more. */
  onReady(goTo: GoTo | undefined): void;
}

export type GoTo = (place: { line: number; column: number }) => void;

/** Where Escape closes something, it is for that. */
const NOTHING_IS_OPEN = [
  "suggestWidgetVisible",
  "parameterHintsVisible",
  "findWidgetVisible",
  "renameInputVisible",
  "referenceSearchVisible",
  "markersNavigationVisible",
  "messageVisible",
  "inSnippetMode",
  "editorHasMultipleSelections",
]
  .map((context) => `!${context}`)
  .join(" && ");
const LINE_PIXELS = 18;
const MIN_LINES = 8;
const MAX_LINES = 24;

export function ScriptField(props: Props) {
  if (props.core !== undefined) return <MonacoField {...props} core={props.core} />;
  return (
    <>
      {props.failure !== undefined && <Alert severity="warning" title={props.failure} />}
      <TextArea
        aria-label={props.label}
        rows={MIN_LINES}
        spellCheck={false}
        value={props.text}
        style={{ fontFamily: "monospace" }}
        onChange={(event) => props.onChange(event.currentTarget.value)}
        onBlur={props.onBlur}
        onKeyDown={(event) => {
          const { key, ctrlKey, metaKey, shiftKey } = event;
          if (!(shiftKey && key === "Enter") && !((ctrlKey || metaKey) && key === "s")) return;
          event.preventDefault();
          props.onRun(event.currentTarget.value);
        }}
      />
    </>
  );
}

function MonacoField(props: Props & { core: Core }) {
  // Monaco keeps the handlers it was given first; these call those of the last render.
  const latest = useRef(props);
  latest.current = props;
  const attached = useRef<Attached | undefined>(undefined);
  const onMount = (editor: MonacoEditor, monaco: Monaco) => {
    attached.current = mount(editor, monaco, latest);
  };
  useEffect(() => () => attached.current?.dispose(), []);
  const { version } = props.surroundings.host();
  // biome-ignore lint/correctness/useExhaustiveDependencies: a newly told version changes what is a finding.
  useEffect(() => attached.current?.refresh(), [version]);
  useEffect(() => attached.current?.showHostFindings(props.hostFindings), [props.hostFindings]);
  const options = useMemo(() => monacoOptions(`${props.label}. Escape leaves it.`), [props.label]);
  const lines = Math.min(Math.max(props.text.split("\n").length + 1, MIN_LINES), MAX_LINES);
  return (
    <CodeEditor
      value={props.text}
      language={LANGUAGE_ID}
      height={lines * LINE_PIXELS + 8}
      showLineNumbers
      showMiniMap={false}
      monacoOptions={options}
      onEditorDidMount={onMount}
      onBlur={props.onBlur}
    />
  );
}

function monacoOptions(ariaLabel: string) {
  return {
    ariaLabel,
    "semanticHighlighting.enabled": true,
    lineHeight: LINE_PIXELS,
    folding: true,
    scrollBeyondLastLine: false,
    // A script pasted or dictated into the field has its own closing brackets, and completion brings those of calls.
    autoClosingBrackets: "never" as const,
    autoClosingQuotes: "never" as const,
    quickSuggestions: { other: true, comments: true, strings: false },
    // Words of the text are no probes, and the core names what is in scope.
    wordBasedSuggestions: false,
    suggest: { showStatusBar: false, preview: false },
    renderLineHighlight: "line" as const,
    accessibilitySupport: "auto" as const,
  };
}

function mount(
  editor: MonacoEditor,
  monaco: Monaco,
  latest: { readonly current: Props & { core: Core } },
): Attached | undefined {
  const model = editor.getModel();
  if (model === null) return undefined;
  const { KeyMod, KeyCode } = monaco;
  const language = attachLanguage(monaco, model, latest.current.core, {
    host: () => latest.current.surroundings.host(),
    interpolate: (source) => latest.current.surroundings.interpolate(source),
    onAnalysis: (analysis: Analysis) => latest.current.surroundings.onAnalysis(analysis),
  });
  const parts = [
    language,
    editor.onDidChangeModelContent(() => latest.current.onChange(editor.getValue())),
    editor.addAction({
      id: "bpflens.run",
      label: "Run the script now",
      keybindings: [KeyMod.CtrlCmd | KeyCode.KeyS, KeyMod.Shift | KeyCode.Enter],
      run: () => latest.current.onRun(editor.getValue()),
    }),
    editor.addAction({
      id: "bpflens.leave",
      label: "Leave the script",
      keybindings: [KeyCode.Escape],
      keybindingContext: NOTHING_IS_OPEN,
      run: () => latest.current.onLeave(),
    }),
  ];
  latest.current.onReady(({ line, column }) => {
    editor.setPosition({ lineNumber: line, column });
    editor.revealLineInCenterIfOutsideViewport(line);
    editor.focus();
  });
  language.showHostFindings(latest.current.hostFindings);
  return {
    ...language,
    dispose() {
      latest.current.onReady(undefined);
      for (const part of parts) part.dispose();
      // Grafana's CodeEditor leaves its model behind.
      model.dispose();
    },
  };
}
