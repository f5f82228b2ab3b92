// Starts Debian's Chromium and collects everything that a page complains about.

import { type Browser, type BrowserContext, chromium } from "playwright-core";
import { Lens } from "./lens.ts";
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

export interface TabOptions {
  readonly colorScheme?: "light" | "dark";
}

export class TestBrowser {
  readonly #browser: Browser;
  readonly #contexts: BrowserContext[] = [];
  /** Console errors, uncaught exceptions and refused requests of all tabs. */
  readonly complaints: string[] = [];

  private constructor(browser: Browser) {
    this.#browser = browser;
  }

  static async start(): Promise<TestBrowser> {
    return new TestBrowser(
      await chromium.launch({ executablePath: CHROMIUM, args: FLAGS, timeout: PATIENCE_MILLIS }),
    );
  }

  /** A tab with storage of its own, on this address. */
  async open(url: URL, options: TabOptions = {}): Promise<Lens> {
    const context = await this.#browser.newContext({ viewport: { width: 1400, height: 900 }, ...options });
    this.#contexts.push(context);
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MILLIS);
    page.on("console", (message) => {
      if (message.type() === "error") this.complaints.push(message.text());
    });
    page.on("pageerror", (error) => this.complaints.push(String(error.stack)));
    await page.goto(url.href);
    return new Lens(page);
  }

  async closeTabs(): Promise<void> {
    for (const context of this.#contexts.splice(0)) await context.close();
  }

  async stop(): Promise<void> {
    await this.closeTabs();
    await this.#browser.close();
  }
}
