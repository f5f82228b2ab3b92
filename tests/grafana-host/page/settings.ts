// The settings that the server wrote into the page.

import type { PageSettings } from "../server/page_settings.ts";

declare global {
  interface Window {
    readonly pageSettings: PageSettings;
  }
}

export const settings = window.pageSettings;
