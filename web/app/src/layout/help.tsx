// The help dialog: keys, and how to read the page.

import { useEffect, useRef } from "preact/hooks";

interface HelpProps {
  readonly open: boolean;
  onClose(): void;
}

const KEYS: readonly (readonly [keys: readonly string[], what: string])[] = [
  [["Ctrl/⌘ + Enter"], "Run the script, or run it again with its changes"],
  [["Esc", "Ctrl + ."], "Stop the script"],
  [["Ctrl/⌘ + F"], "Search in the script"],
  [["Ctrl + Space"], "Propose probes, functions, maps"],
  [["Tab", "Enter"], "Take the chosen proposal"],
  [["Ctrl + Shift + Space"], "Show how the function is called"],
  [["F8"], "Go to the next problem"],
  [["Ctrl/⌘ + /"], "Comment or uncomment the line"],
  [["Ctrl + M"], "Let Tab leave the editor instead of indenting"],
  [["?"], "This help, outside of the editor"],
];

export function Help({ open, onClose }: HelpProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (open) dialog.current?.showModal();
    else dialog.current?.close();
  }, [open]);
  return (
    <dialog
      class="dialog"
      ref={dialog}
      onClose={onClose}
      aria-labelledby="help-title"
      data-testid="help-dialog"
    >
      <h2 id="help-title">Keys</h2>
      <dl>
        {KEYS.map(([keys, what]) => (
          <>
            <dt>
              {keys.map((key, i) => (
                <span key={key}>
                  {i > 0 && " or "}
                  <kbd>{key}</kbd>
                </span>
              ))}
            </dt>
            <dd>{what}</dd>
          </>
        ))}
      </dl>
      <p>
        Every map of the script becomes a card. Counters are drawn per second unless you choose absolute
        values; a gap means that no value was read. Closing this tab ends the script.
      </p>
      <button type="button" class="button primary" onClick={() => dialog.current?.close()}>
        Close
      </button>
    </dialog>
  );
}
