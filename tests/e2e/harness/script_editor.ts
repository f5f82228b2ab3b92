// The page's editor as a user sees it: typing, proposals, explanations, marks.

import type { Page } from "playwright-core";
import { ATTEMPT_MILLIS, untilDone } from "./attempts.ts";
import { waitFor } from "./wait.ts";

export class ScriptEditor {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  /** Replaces the text at once, as a paste does. */
  async write(script: string): Promise<void> {
    await this.#page.locator(".cm-content").click();
    await this.#page.keyboard.press("ControlOrMeta+a");
    await this.#page.keyboard.insertText(script);
  }

  /** Types key by key where the cursor is, as fast as a quick typist. */
  async type(text: string): Promise<void> {
    await this.#page.keyboard.type(text, { delay: 20 });
  }

  async press(...keys: string[]): Promise<void> {
    for (const key of keys) await this.#page.keyboard.press(key);
  }

  text(): Promise<string> {
    return this.#textOf(".cm-content");
  }

  /** What is proposed at this moment, best first; empty while nothing is. */
  proposals(): Promise<string[]> {
    return this.#page
      .locator(".cm-tooltip-autocomplete li .cm-completionLabel")
      .evaluateAll((labels) => labels.map((label) => label.textContent ?? ""));
  }

  /** The proposal that Enter and Tab take. */
  chosenProposal(): Promise<string> {
    return this.#textOf(".cm-tooltip-autocomplete li[aria-selected=true] .cm-completionLabel");
  }

  /** What is said of that proposal, where the mouse reaches it: nothing lies over it or cuts it off. */
  async proposalNote(): Promise<string> {
    const note = this.#page.locator(".cm-completionInfo");
    await note.hover({ trial: true });
    return note.innerText();
  }

  /** How the function that is being typed is called, with the argument that is due in brackets: `hist([n])`. */
  signature(): Promise<string> {
    return this.#page.locator(".cm-signature").evaluateAll((boxes) => {
      const call = boxes[0]?.querySelector("code");
      const parts = [...(call?.childNodes ?? [])];
      return parts
        .map((part) => (part.nodeName === "STRONG" ? `[${part.textContent}]` : (part.textContent ?? "")))
        .join("");
    });
  }

  /** Points at the first place where `word` is written until it is explained, and reads the explanation. */
  async explanationOf(word: string): Promise<string> {
    const explanation = this.#page.locator(".cm-tooltip-hover .cm-explanation");
    await untilDone(`an explanation of ${word}`, async () => {
      await this.#page.mouse.move(0, 0);
      await this.#pointAt(word);
      await explanation.waitFor({ timeout: ATTEMPT_MILLIS });
    });
    return explanation.innerText();
  }

  /** The text in the editor, or in this line of it, that is underlined as an error. */
  errorMarks(line?: number): Promise<string[]> {
    const within = line === undefined ? "" : `.cm-line:nth-child(${line})`;
    return this.#page
      .locator(`${within} .cm-lintRange-error`)
      .evaluateAll((marks) => marks.map((mark) => mark.textContent ?? ""));
  }

  /** Points at the first error until its fix is offered, and takes it. */
  async applyFix(): Promise<void> {
    // The script is analysed again when something about the host becomes known, which closes an open tooltip.
    await untilDone("the fix", async () => {
      await this.#page.mouse.move(0, 0);
      await this.#page.locator(".cm-lintRange-error").first().hover({ timeout: ATTEMPT_MILLIS });
      await this.#page.locator(".cm-diagnosticAction").first().click({ timeout: ATTEMPT_MILLIS });
    });
    await waitFor(
      "no error",
      () => this.errorMarks(),
      (marks) => marks.length === 0,
    );
  }

  async #pointAt(word: string): Promise<void> {
    const place = await this.#page.evaluate((wanted) => {
      const texts = document.createTreeWalker(
        document.querySelector(".cm-content") ?? document,
        NodeFilter.SHOW_TEXT,
      );
      while (texts.nextNode()) {
        const { currentNode: node } = texts;
        const from = node.textContent?.indexOf(wanted) ?? -1;
        if (from < 0) continue;
        const range = document.createRange();
        range.setStart(node, from);
        range.setEnd(node, from + wanted.length);
        return range.getBoundingClientRect().toJSON() as DOMRect;
      }
      return undefined;
    }, word);
    if (place === undefined) throw new Error(`${word} is not in the editor`);
    await this.#page.mouse.move(place.x + place.width / 2, place.y + place.height / 2, { steps: 3 });
  }

  /** Text of the first match; empty if there is none. */
  async #textOf(selector: string): Promise<string> {
    const [text = ""] = await this.#page
      .locator(selector)
      .evaluateAll((found) => found.map((item) => (item as HTMLElement).innerText));
    return text;
  }
}
