// The host page as a user sees it: every action and every reading of the specs stands here.
//
// Panels change by themselves, so a reading is one evaluation in the page: it never waits for an element, and all it
// returns was there at the same moment. Whoever expects something else waits with `waitFor`.

import type { Page } from "playwright-core";
import { PATIENCE_MILLIS, waitFor } from "../../e2e/harness/wait.ts";
import type { PanelView } from "../page/observed.ts";
import type { Recording } from "../server/page_settings.ts";
import { ScriptEditor } from "./script_editor.ts";

const PICTURE_MARGIN_PIXELS = 6;

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
      () => this.page.evaluate(() => window.observed ?? { isReady: false, failure: "" }),
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
  async waitForPanel(
    id: number,
    what: string,
    accept: (panel: PanelView) => boolean,
    limitMillis = PATIENCE_MILLIS,
  ): Promise<PanelView> {
    let last: PanelView | undefined;
    await waitFor(
      `panel ${id}: ${what}`,
      async () => {
        last = await this.panel(id);
        return { isAccepted: last !== undefined && accept(last), seen: last && brief(last) };
      },
      ({ isAccepted }) => isAccepted,
      limitMillis,
    );
    return last as PanelView;
  }

  /** The last packets of each panel, for a view that plays them. */
  recording(): Promise<Recording> {
    return this.page.evaluate(() => window.observed.recording());
  }

  /** As if another tab were in front of it, or it of the others: headless tabs all count as seen. */
  async setHidden(isHidden: boolean): Promise<void> {
    await this.page.evaluate((hidden) => {
      Object.defineProperty(document, "hidden", { configurable: true, value: hidden });
      document.dispatchEvent(new Event("visibilitychange"));
    }, isHidden);
  }

  /** The text that is on screen in a panel; empty without it. */
  panelText(id: number): Promise<string> {
    return this.textOf(`[data-panel="${id}"]`);
  }

  /** What the line below the script says that it is doing. */
  state(): Promise<string> {
    return this.textOf("[data-testid=query-editor] [role=status]");
  }

  async waitForState(pattern: RegExp): Promise<string> {
    return waitFor(
      `state ${pattern}`,
      () => this.state(),
      (text) => pattern.test(text),
    );
  }

  async saveAndTest(): Promise<void> {
    await this.page.getByRole("button", { name: "Save & test" }).click();
  }

  /** What "Save & test" has said; empty before. */
  outcome(): Promise<{ status: string; text: string }> {
    return this.page.evaluate(() => {
      const box = document.querySelector<HTMLElement>("[data-testid=outcome]");
      return { status: box?.dataset.status ?? "", text: box?.innerText ?? "" };
    });
  }

  /** Text of the first match; empty if there is none. */
  textOf(selector: string): Promise<string> {
    return this.page.evaluate(
      (wanted) => document.querySelector<HTMLElement>(wanted)?.innerText ?? "",
      selector,
    );
  }

  async waitForText(selector: string, pattern: RegExp, limitMillis = PATIENCE_MILLIS): Promise<string> {
    return waitFor(
      `${pattern} in ${selector}`,
      () => this.textOf(selector),
      (text) => pattern.test(text),
      limitMillis,
    );
  }

  /** Where the element with this label is on the page, in pixels; undefined without it. */
  placeOf(label: string): Promise<{ top: number; right: number } | undefined> {
    return this.page.evaluate((wanted) => {
      const box = document.querySelector(`[aria-label="${wanted}"]`)?.getBoundingClientRect();
      return box && { top: box.top + window.scrollY, right: box.right + window.scrollX };
    }, label);
  }

  /** What the element with the keyboard's focus is called. */
  focused(): Promise<string> {
    return this.page.evaluate(() => (document.activeElement as HTMLElement | null)?.innerText ?? "");
  }

  /** A canvas may be empty for a moment, while it is drawn anew. */
  async waitUntilDrawn(id: number): Promise<void> {
    await waitFor(
      `panel ${id} is drawn`,
      () => this.#isDrawn(id),
      (isDrawn) => isDrawn,
    );
  }

  /** Whether every canvas of a panel has colours. */
  #isDrawn(id: number): Promise<boolean> {
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

  /** From now on counts the calls of pmproxy's API that store this metric. */
  countCalls(metric: string): () => number {
    let calls = 0;
    this.page.on("request", (request) => {
      if (request.url().includes("/store?") && request.url().includes(metric)) calls++;
    });
    return () => calls;
  }

  /** From now on looks in each frame of the screen whether the panel has no data; gives how often it had none. */
  async watchForBlanks(id: number): Promise<() => Promise<number>> {
    const watch = await this.page.evaluateHandle((panel) => {
      const seen = { blanks: 0 };
      const look = () => {
        if (document.querySelector(`[data-panel="${panel}"] [data-testid=no-data]`)) seen.blanks++;
        requestAnimationFrame(look);
      };
      look();
      return seen;
    }, id);
    return () => watch.evaluate(({ blanks }) => blanks);
  }

  /** Writes what is drawn around all elements of the selector as PNG. */
  async takePicture(selector: string, path: string): Promise<void> {
    const clip = await this.page.evaluate(
      ([wanted, margin]) => {
        const boxes = [...document.querySelectorAll(wanted)].map((part) => part.getBoundingClientRect());
        const x = Math.min(...boxes.map(({ left }) => left)) - margin;
        const y = Math.min(...boxes.map(({ top }) => top)) + window.scrollY - margin;
        const width = Math.max(...boxes.map(({ right }) => right)) + margin - x;
        const height = Math.max(...boxes.map(({ bottom }) => bottom)) + window.scrollY + margin - y;
        return { x, y, width, height };
      },
      [selector, PICTURE_MARGIN_PIXELS] as const,
    );
    await this.page.screenshot({ path, fullPage: true, clip });
  }

  /** Closes the tab as a user does: the page hears of it. */
  async close(): Promise<void> {
    await this.page.close({ runBeforeUnload: false });
  }
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
