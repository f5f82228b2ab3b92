// Starts Debian's Chromium and collects everything that a page complains about.

import { type Browser, type BrowserContext, chromium } from "playwright-core";
import { CHROMIUM } from "../../e2e/harness/requirements.ts";
import { PATIENCE_MILLIS } from "../../e2e/harness/wait.ts";
import { GrafanaPage } from "./grafana_page.ts";

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

/** What the host page itself or Grafana's packages say, which no plugin can help. */
const NOT_OF_THE_PLUGIN = [/\/public\/fonts\//, /img\/icons\/.* 404/, /favicon\.ico/];

export class HostBrowser {
  readonly #browser: Browser;
  readonly #contexts: BrowserContext[] = [];
  /** Console errors, uncaught exceptions and refused requests of all tabs. */
  readonly complaints: string[] = [];

  private constructor(browser: Browser) {
    this.#browser = browser;
  }

  static async start(): Promise<HostBrowser> {
    return new HostBrowser(
      await chromium.launch({ executablePath: CHROMIUM, args: FLAGS, timeout: PATIENCE_MILLIS }),
    );
  }

  /** A tab on this address, once its plugin is loaded; `mustLoad: false`: or has failed. */
  async open(url: URL, mustLoad = true): Promise<GrafanaPage> {
    const context = await this.#browser.newContext({ viewport: { width: 1400, height: 1000 } });
    this.#contexts.push(context);
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MILLIS);
    const complain = (text: string) => {
      if (!NOT_OF_THE_PLUGIN.some((pattern) => pattern.test(text))) this.complaints.push(text);
    };
    page.on("console", (message) => {
      if (message.type() === "error") complain(`${message.text()} ${message.location().url} 404`);
    });
    page.on("pageerror", (error) => complain(String(error.stack)));
    await page.goto(url.href);
    const grafana = new GrafanaPage(page);
    await grafana.waitForStart(mustLoad);
    return grafana;
  }

  async closeTabs(): Promise<void> {
    for (const context of this.#contexts.splice(0)) await context.close();
  }

  async stop(): Promise<void> {
    await this.closeTabs();
    await this.#browser.close();
  }
}
