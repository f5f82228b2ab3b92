// The text of the editor: it is the editor's own while somebody types, and becomes the query's after a short pause.

import { useCallback, useEffect, useRef, useState } from "react";

/** Long enough that a word is typed, short enough that the line below seems to follow. */
const IDLE_MILLIS = 150;

export interface Script {
  /** As it stands in the editor. */
  readonly text: string;
  /** A keystroke. */
  change(text: string): void;
  /** Hands over what was typed, without waiting for the pause; false if there is nothing new. */
  flush(): boolean;
}

/** `commit` is called with a text that differs from the query's. */
export function useScript(expr: string, commit: (text: string) => void): Script {
  const [text, setText] = useState(expr);
  // What the query has, as far as this editor knows: another text there came from elsewhere and wins.
  const known = useRef(expr);
  const pending = useRef<{ text: string; timer: ReturnType<typeof setTimeout> } | undefined>(undefined);
  const latestCommit = useRef(commit);
  latestCommit.current = commit;

  const flush = useCallback(() => {
    const typed = pending.current;
    if (typed === undefined) return false;
    clearTimeout(typed.timer);
    pending.current = undefined;
    if (typed.text === known.current) return false;
    known.current = typed.text;
    latestCommit.current(typed.text);
    return true;
  }, []);

  const change = useCallback(
    (next: string) => {
      setText(next);
      clearTimeout(pending.current?.timer);
      pending.current = { text: next, timer: setTimeout(flush, IDLE_MILLIS) };
    },
    [flush],
  );

  useEffect(() => {
    if (expr === known.current) return;
    known.current = expr;
    clearTimeout(pending.current?.timer);
    pending.current = undefined;
    setText(expr);
  }, [expr]);

  useEffect(() => () => void flush(), [flush]);
  return { text, change, flush };
}
