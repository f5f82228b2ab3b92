// Above the editor: the gallery, Run and Stop.

import type { GalleryScript } from "../state/gallery.ts";

interface ScriptBarProps {
  readonly gallery: readonly GalleryScript[];
  /** The gallery script that is in the editor unchanged. */
  readonly chosen: GalleryScript | undefined;
  readonly canStop: boolean;
  /** Why the last Run was refused; empty if it was not. */
  readonly refusal: string;
  onChoose(script: GalleryScript): void;
  onRun(): void;
  onStop(): void;
}

export function ScriptBar({ gallery, chosen, canStop, refusal, onChoose, onRun, onStop }: ScriptBarProps) {
  return (
    <>
      <div class="bar">
        <label class="field gallery-select">
          <span class="visually-hidden">Gallery</span>
          <select
            value={chosen?.id ?? ""}
            data-testid="gallery"
            onChange={(event) => {
              const script = gallery.find(({ id }) => id === event.currentTarget.value);
              if (script !== undefined) onChoose(script);
            }}
          >
            <option value="">
              {chosen === undefined ? "Own script — or choose one…" : "Choose a script…"}
            </option>
            {gallery.map(({ id, title }) => (
              <option key={id} value={id}>
                {title}
              </option>
            ))}
          </select>
        </label>
        <button type="button" class="button primary" onClick={onRun} data-testid="run" title="Ctrl+Enter">
          ▶ Run
        </button>
        <button
          type="button"
          class="button"
          onClick={onStop}
          disabled={!canStop}
          data-testid="stop"
          title="Esc or Ctrl+."
        >
          ■ Stop
        </button>
      </div>
      {chosen && <p class="gallery-note">{chosen.description}</p>}
      <div role="alert">
        {refusal !== "" && (
          <div class="banner danger" data-testid="refusal">
            {refusal}
          </div>
        )}
      </div>
    </>
  );
}
