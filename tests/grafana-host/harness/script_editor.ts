// Monaco in the plugin's query editor, driven by keyboard and mouse as a user would.

import { errors, type Page } from "playwright-core";
import { waitFor } from "../../e2e/harness/wait.ts";

const EDITOR = "[data-testid=query-editor] .monaco-editor";
/** How long one of several attempts to use something fleeting may take. */
const ATTEMPT_MILLIS = 3_000;

export class ScriptEditor {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  async waitFor(): Promise<void> {
    await this.#page.locator(`${EDITOR} .view-lines`).waitFor();
  }

  /** Replaces the text at once, as a paste does. */
  async write(script: string): Promise<void> {
    await this.focus();
    await this.#page.keyboard.press("ControlOrMeta+a");
    await this.#page.keyboard.insertText(script);
  }

  async focus(): Promise<void> {
    await this.#page.locator(`${EDITOR} .view-lines`).click();
  }

  /** Types at the end, key by key. */
  async type(text: string, delay = 20): Promise<void> {
    await this.focus();
    await this.#page.keyboard.press("ControlOrMeta+End");
    await this.#page.keyboard.type(text, { delay });
  }

  async press(keys: string): Promise<void> {
    await this.#page.keyboard.press(keys);
  }

  /** The visible lines. */
  text(): Promise<string> {
    return this.#page.evaluate(
      (selector) =>
        [...document.querySelectorAll<HTMLElement>(`${selector} .view-line`)]
          .sort((a, b) => a.offsetTop - b.offsetTop)
          .map((line) => (line.textContent ?? "").replaceAll("\u00a0", " "))
          .join("\n"),
      EDITOR,
    );
  }

  /** What is offered at the moment, in its order; empty while nothing is. */
  completions(): Promise<string[]> {
    return this.#page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>(".suggest-widget.visible .monaco-list-row")]
        .sort((a, b) => a.offsetTop - b.offsetTop)
        .map((row) => row.querySelector(".label-name")?.textContent ?? ""),
    );
  }

  /** How many places are underlined as errors. */
  errorMarks(): Promise<number> {
    return this.#page.evaluate(
      (selector) => document.querySelectorAll(`${selector} .squiggly-error`).length,
      EDITOR,
    );
  }

  /** Points at the first error and reads what is said there; empty while nothing is. */
  async errorAtPointer(): Promise<string> {
    const marks = await this.#page.evaluate(
      (selector) =>
        [...document.querySelectorAll(`${selector} .squiggly-error`)].map(
          (mark) => mark.getBoundingClientRect().toJSON() as DOMRect,
        ),
      EDITOR,
    );
    const [mark] = marks;
    if (mark === undefined) return "";
    await this.#page.mouse.move(mark.x + mark.width / 2, mark.y + mark.height / 2);
    return this.#page.evaluate(() => document.querySelector<HTMLElement>(".monaco-hover")?.innerText ?? "");
  }

  /** Puts the cursor into the first error and takes the first fix that is offered, which must have this title. */
  async takeQuickFix(title: string): Promise<void> {
    const attempt = async () => {
      await this.#page.keyboard.press("Escape");
      await this.#page
        .locator(`${EDITOR} .squiggly-error`)
        .first()
        .click({ timeout: ATTEMPT_MILLIS, force: true });
      await this.#page.keyboard.press("ControlOrMeta+.");
      await this.#page.getByText(title).waitFor({ timeout: ATTEMPT_MILLIS });
      await this.#page.keyboard.press("Enter");
      return "taken";
    };
    const missed = (error: unknown) => {
      if (error instanceof errors.TimeoutError) return error.message;
      throw error;
    };
    await waitFor(
      "the fix",
      () => attempt().catch(missed),
      (outcome) => outcome === "taken",
    );
  }
}
