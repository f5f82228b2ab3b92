// Keys that work everywhere on the page, also outside of the editor.

import { useEffect, useRef } from "preact/hooks";

export interface ShortcutActions {
  run(): void;
  stop(): void;
  help(): void;
}

/** Ctrl/Cmd+Enter runs, Esc and Ctrl+. stop, `?` opens the help. */
export function useShortcuts(actions: ShortcutActions): void {
  const latest = useRef(actions);
  latest.current = actions;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const action = actionOf(event);
      // Whoever handled the key already, e.g. the editor closing its search, comes first; so does an open dialog.
      if (action === undefined || event.defaultPrevented || document.querySelector("dialog[open]")) return;
      event.preventDefault();
      latest.current[action]();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
}

function actionOf(event: KeyboardEvent): keyof ShortcutActions | undefined {
  const withControl = event.ctrlKey || event.metaKey;
  if (withControl && event.key === "Enter") return "run";
  if (event.ctrlKey && event.key === ".") return "stop";
  // In a field, Esc clears or closes it, and `?` is text.
  if (isField(event.target)) return undefined;
  if (event.key === "Escape") return "stop";
  if (event.key === "?" && !withControl && !isEditor(event.target)) return "help";
  return undefined;
}

function isField(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches("input, textarea");
}

function isEditor(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.isContentEditable;
}
