// Monaco in the plugin's query editor, driven by keyboard and mouse as a user would.

import type { Page } from "playwright-core";
import { ATTEMPT_MILLIS, untilDone } from "../../e2e/harness/attempts.ts";
import { waitFor } from "../../e2e/harness/wait.ts";

const EDITOR = "[data-testid=query-editor] .monaco-editor";

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

  /** In pixels from the left of the page. */
  rightEdge(): Promise<number> {
    return this.#page.evaluate(
      (selector) =>
        document.querySelector(selector)?.getBoundingClientRect().right ?? Number.POSITIVE_INFINITY,
      EDITOR,
    );
  }

  hasFocus(): Promise<boolean> {
    return this.#page.evaluate(
      (selector) => document.querySelector(selector)?.contains(document.activeElement) ?? false,
      EDITOR,
    );
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

  async waitForText(pattern: RegExp): Promise<void> {
    await waitFor(
      `${pattern} in the script`,
      () => this.text(),
      (text) => pattern.test(text),
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
    await untilDone("the fix", async () => {
      await this.press("Escape");
      await this.#page
        .locator(`${EDITOR} .squiggly-error`)
        .first()
        .click({ timeout: ATTEMPT_MILLIS, force: true });
      await this.press("ControlOrMeta+.");
      await this.#page.getByText(title).waitFor({ timeout: ATTEMPT_MILLIS });
      // Before the menu has the focus, Enter would be a new line of the script.
      await waitFor(
        "the focus in the menu",
        () => this.#page.evaluate(() => document.activeElement?.tagName),
        (tag) => tag !== "TEXTAREA",
        ATTEMPT_MILLIS,
      );
      await this.press("Enter");
    });
  }

  /** Points at the word, which must be on screen, until something is said of it, and reads that. */
  async hover(word: string): Promise<string> {
    let said = "";
    await untilDone(`what is said of ${word}`, async () => {
      await this.#page.mouse.move(0, 0);
      const span = this.#page.locator(`${EDITOR} .view-line span:not(:has(*))`, { hasText: word });
      await span.first().hover({ timeout: ATTEMPT_MILLIS, force: true });
      const box = this.#page.locator(".monaco-hover:not(.hidden) .hover-contents").first();
      await box.waitFor({ timeout: ATTEMPT_MILLIS });
      said = await box.innerText({ timeout: ATTEMPT_MILLIS });
    });
    return said;
  }

  /** The signature of the call that the cursor is in; empty while none is shown. */
  signature(): Promise<string> {
    return this.#page.evaluate(
      () => document.querySelector<HTMLElement>(".parameter-hints-widget.visible")?.innerText ?? "",
    );
  }
}
