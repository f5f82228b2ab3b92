// A browser whose tabs are the built-in page.

import { Chromium, launchChromium } from "./chromium.ts";
import { Lens } from "./lens.ts";

export interface TabOptions {
  readonly colorScheme?: "light" | "dark";
}

export class TestBrowser extends Chromium {
  static async start(): Promise<TestBrowser> {
    return new TestBrowser(await launchChromium());
  }

  /** A tab on this address. */
  async open(url: URL, options: TabOptions = {}): Promise<Lens> {
    return new Lens(await this.openPage(url, { viewport: { width: 1400, height: 900 }, ...options }));
  }
}
