// A browser whose tabs are pages of the host.

import { Chromium, launchChromium } from "../../e2e/harness/chromium.ts";
import { GrafanaPage } from "./grafana_page.ts";

/** What the host page itself or Grafana's packages say, which no plugin can help. */
const NOT_OF_THE_PLUGIN = [/\/public\/fonts\//, / 404 .*img\/icons\//, /favicon\.ico/];

export class HostBrowser extends Chromium {
  static async start(): Promise<HostBrowser> {
    return new HostBrowser(await launchChromium());
  }

  /** A tab on this address, once its plugin is loaded; `mustLoad: false`: or has failed. */
  async open(url: URL, mustLoad = true): Promise<GrafanaPage> {
    const page = new GrafanaPage(await this.openPage(url, { viewport: { width: 1400, height: 1000 } }));
    await page.waitForStart(mustLoad);
    return page;
  }

  protected override complain(text: string): void {
    if (!NOT_OF_THE_PLUGIN.some((pattern) => pattern.test(text))) super.complain(text);
  }
}
