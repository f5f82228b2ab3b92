// Debian's Chromium: tabs with storage of their own, and everything that their pages complain about.

import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from "playwright-core";
import { CHROMIUM } from "./requirements.ts";
import { PATIENCE_MILLIS } from "./wait.ts";

const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: FLAGS, timeout: PATIENCE_MILLIS });
}

/** A base for browsers whose tabs are pages of one kind. */
export class Chromium {
  readonly #browser: Browser;
  readonly #contexts: BrowserContext[] = [];
  /** Console errors, each with the address that it is about, uncaught exceptions and refused requests of all tabs. */
  readonly complaints: string[] = [];

  protected constructor(browser: Browser) {
    this.#browser = browser;
  }

  async closeTabs(): Promise<void> {
    for (const context of this.#contexts.splice(0)) await context.close();
  }

  async stop(): Promise<void> {
    await this.closeTabs();
    await this.#browser.close();
  }

  protected async openPage(url: URL, options: BrowserContextOptions): Promise<Page> {
    const context = await this.#browser.newContext(options);
    this.#contexts.push(context);
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MILLIS);
    page.on("console", (message) => {
      if (message.type() === "error") this.complain(`${message.text()} ${message.location().url}`);
    });
    page.on("pageerror", (error) => this.complain(String(error.stack)));
    await page.goto(url.href);
    return page;
  }

  /** For browsers that know better what is a fault of the page. */
  protected complain(text: string): void {
    this.complaints.push(text);
  }
}
