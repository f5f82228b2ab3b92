// The page: an editor on the left, the script's maps on the right, one script at a time.

import type { EditorView } from "@codemirror/view";
import type { Poller } from "bpflens";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { setProbes } from "./editor/completion.ts";
import { type Finding, findingsOfFailure } from "./editor/diagnostics.ts";
import { Editor } from "./editor/editor.tsx";
import { setBpftraceVersion, showHostFindings } from "./editor/lint.ts";
import { Problems } from "./editor/problems.tsx";
import { goTo, replaceText } from "./editor/setup.ts";
import { whyNotRun } from "./editor/why_not_run.ts";
import { Banner } from "./layout/banner.tsx";
import { Header } from "./layout/header.tsx";
import { Help } from "./layout/help.tsx";
import { Results } from "./layout/results.tsx";
import { ScriptBar } from "./layout/script_bar.tsx";
import { ViewBar } from "./layout/view_bar.tsx";
import { useAppearance } from "./state/appearance.ts";
import { firstScript, type GalleryScript } from "./state/gallery.ts";
import { useShortcuts } from "./state/shortcuts.ts";
import { usePoller } from "./state/use_poller.ts";
import { useSettings } from "./state/use_settings.ts";
import { connectionText } from "./text/status.ts";

/** The session's name for the only place of this page that shows a script. */
const TARGET = "page";

interface AppProps {
  readonly poller: Poller;
  readonly gallery: readonly GalleryScript[];
  readonly hasToken: boolean;
}

export function App({ poller, gallery, hasToken }: AppProps) {
  const [settings, update] = useSettings(firstScript(gallery));
  const appearance = useAppearance(settings.theme);
  const changedAt = usePoller(poller, TARGET);
  const status = poller.session.status(TARGET, Date.now());
  const agent = poller.session.agent();
  const connection = poller.session.connection();
  const view = useRef<EditorView | undefined>(undefined);
  const [findings, setFindings] = useState<readonly Finding[]>([]);
  const [refusal, setRefusal] = useState("");
  const [pausedAt, setPausedAt] = useState<number>();
  const [helpOpen, setHelpOpen] = useState(false);
  const ranSource = useRef<string | undefined>(undefined);

  const run = () => {
    const source = view.current?.state.doc.toString() ?? settings.script;
    const reason = whyNotRun(source, agent.bpftraceVersion);
    setRefusal(reason ?? "");
    if (reason !== undefined) return;
    ranSource.current = source;
    setPausedAt(undefined);
    if (view.current) showHostFindings(view.current, []);
    poller.run(TARGET, source);
  };
  const canStop = status.state === "registering" || status.state === "starting" || status.state === "running";
  const stop = () => {
    if (canStop) poller.stop(TARGET);
  };
  useShortcuts({ run, stop, help: () => setHelpOpen(true) });

  useEffect(() => {
    if (view.current) setBpftraceVersion(view.current, agent.bpftraceVersion);
  }, [agent.bpftraceVersion]);

  // Findings of bpftrace are shown once per failure, and only in the text that was run.
  const failure = status.state === "error" ? JSON.stringify(status) : "";
  // biome-ignore lint/correctness/useExhaustiveDependencies: `status` is a new object each time, `failure` stands for it
  useEffect(() => {
    const editor = view.current;
    if (editor === undefined || failure === "" || status.state !== "error") return;
    const document = editor.state.doc;
    if (document.toString() !== ranSource.current) return;
    showHostFindings(editor, findingsOfFailure(status, document));
  }, [failure]);

  const access = !hasToken ? "no-token" : poller.accessDenied ? "refused" : "ok";
  const chosen = useMemo(
    () => gallery.find(({ source }) => source === settings.script),
    [gallery, settings.script],
  );
  return (
    <>
      <Header
        agent={agent}
        host={connection.host}
        theme={settings.theme}
        onTheme={(theme) => update({ theme })}
        onHelp={() => setHelpOpen(true)}
      />
      <Banner text={connectionText(connection, access)} />
      <main class="panes">
        <section class="pane" aria-label="Script">
          <ScriptBar
            gallery={gallery}
            chosen={chosen}
            canStop={canStop}
            refusal={refusal}
            onChoose={({ source }) => view.current && replaceText(view.current, source)}
            onRun={run}
            onStop={stop}
          />
          <Editor
            initialText={settings.script}
            onReady={(editor) => {
              view.current = editor;
              // Without the host's names the language's own are proposed all the same.
              poller.info("tracepoints").then(
                (names) => setProbes(editor, names),
                () => undefined,
              );
            }}
            onChange={(script) => {
              update({ script });
              setRefusal("");
            }}
            onFindings={setFindings}
            onRun={run}
            onStop={stop}
          />
          {view.current && (
            <Problems
              findings={findings}
              document={view.current.state.doc}
              onChoose={(offset) => view.current && goTo(view.current, offset)}
            />
          )}
        </section>
        <section class="pane" aria-label="Results">
          <ViewBar
            status={status}
            connected={connection.state !== "disconnected"}
            windowMinutes={settings.windowMinutes}
            paused={pausedAt !== undefined}
            onWindow={(windowMinutes) => update({ windowMinutes })}
            onPause={(paused) => setPausedAt(paused ? Date.now() : undefined)}
          />
          <Results
            poller={poller}
            target={TARGET}
            status={status}
            shownUntil={pausedAt ?? changedAt}
            windowMinutes={settings.windowMinutes}
            formats={settings.formats}
            appearance={appearance}
            onFormat={(key, format) => update({ formats: { ...settings.formats, [key]: format } })}
          />
        </section>
      </main>
      <Help open={helpOpen} onClose={() => setHelpOpen(false)} />
    </>
  );
}
