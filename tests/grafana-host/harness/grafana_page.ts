// The host page as a user sees it: every action and every reading of the specs stands here.
//
// Panels change by themselves, so a reading is one evaluation in the page: it never waits for an element, and all it
// returns was there at the same moment. Whoever expects something else waits with `waitFor`.

import type { Page } from "playwright-core";
import { waitFor } from "../../e2e/harness/wait.ts";
import type { FieldView, FrameView, PanelView } from "../page/observed.ts";
import { ScriptEditor } from "./script_editor.ts";

export class GrafanaPage {
  readonly page: Page;
  readonly editor: ScriptEditor;

  constructor(page: Page) {
    this.page = page;
    this.editor = new ScriptEditor(page);
  }

  async waitForStart(mustLoad: boolean): Promise<void> {
    const { failure } = await waitFor(
      "the plugin is loaded",
      () => this.page.evaluate(() => ({ isReady: false, failure: "", ...window.observed })),
      ({ isReady, failure }) => isReady || failure !== "",
    );
    if (mustLoad && failure !== "") throw new Error(`the plugin could not be loaded: ${failure}`);
  }

  reactVersion(): Promise<string> {
    return this.page.evaluate(() => window.observed.reactVersion);
  }

  panel(id: number): Promise<PanelView | undefined> {
    return this.page.evaluate((panel) => window.observed.panel(panel), id);
  }

  /** Waits until the panel is as wanted; says at the end how it was instead, without its long values. */
  async waitForPanel(id: number, what: string, accept: (panel: PanelView) => boolean): Promise<PanelView> {
    let last: PanelView | undefined;
    await waitFor(
      `panel ${id}: ${what}`,
      async () => {
        last = await this.panel(id);
        return { isAccepted: last !== undefined && accept(last), seen: last && brief(last) };
      },
      ({ isAccepted }) => isAccepted,
    );
    return last as PanelView;
  }

  /** The text that is on screen in a panel; empty without it. */
  panelText(id: number): Promise<string> {
    return this.textOf(`[data-panel="${id}"]`);
  }

  queryEditorText(): Promise<string> {
    return this.textOf("[data-testid=query-editor]");
  }

  /** Text of the first match; empty if there is none. */
  textOf(selector: string): Promise<string> {
    return this.page.evaluate(
      (wanted) => document.querySelector<HTMLElement>(wanted)?.innerText ?? "",
      selector,
    );
  }

  /** Whether every canvas of a panel has colours: something is drawn. */
  isDrawn(id: number): Promise<boolean> {
    return this.page.evaluate((panel) => {
      const canvases = [...document.querySelectorAll<HTMLCanvasElement>(`[data-panel="${panel}"] canvas`)];
      return (
        canvases.length > 0 &&
        canvases.every((canvas) => {
          const { width, height } = canvas;
          const pixels = canvas.getContext("2d")?.getImageData(0, 0, width, height).data ?? [];
          return pixels.some((part) => part !== 0);
        })
      );
    }, id);
  }

  async choose(label: string, value: string): Promise<void> {
    await this.page.getByLabel(label, { exact: true }).selectOption(value);
  }

  /** Closes the tab as a user does: the page hears of it. */
  async close(): Promise<void> {
    await this.page.close({ runBeforeUnload: false });
  }
}

/** The first frame with such a kind or name. */
export function frameOf(panel: PanelView, test: (frame: FrameView) => boolean): FrameView | undefined {
  return panel.frames.find(test);
}

export function fieldOf(frame: FrameView | undefined, name: string): FieldView | undefined {
  return frame?.fields.find((field) => field.name === name || field.label === name);
}

/** What a field adds up to; gaps count nothing. */
export function total(field: FieldView | undefined): number {
  return (field?.values ?? []).reduce<number>(
    (sum, value) => sum + (typeof value === "number" ? value : 0),
    0,
  );
}

export function last(field: FieldView | undefined): unknown {
  return field?.values.at(-1);
}

function brief({ state, errors, notices, packets, frames }: PanelView) {
  const fields = frames.map(({ name, kind, fields }) => ({
    name,
    kind,
    fields: fields.map(({ label, type, length, values }) => ({
      label,
      type,
      length,
      last: values.slice(-3),
    })),
  }));
  return { state, errors, notices, packets, frames: fields };
}
