// The HTML document of the host page.

import { readdirSync } from "node:fs";
import type { PageSettings } from "./page_settings.ts";

/** Of Grafana's own style sheet, which is part of its server; newer @grafana/ui brings the same. */
const SERVER_STYLE = "*, *::before, *::after { box-sizing: border-box; }";

/** `folder`: the bundles of the host (see build.mjs), `path`: where the server has them. */
export function documentOf(settings: PageSettings, folder: string, path: string, nonce: string): string {
  const styles = readdirSync(folder).filter((name) => name.endsWith(".css"));
  const { appSubUrl, theme, grafanaVersion } = settings;
  const bootData = {
    settings: { appSubUrl, buildInfo: { version: grafanaVersion }, featureToggles: {} },
    user: { timezone: "browser", theme, orgRole: "Admin", permissions: {}, language: "en-US" },
    navTree: [],
  };
  const script = [
    `window.pageSettings = ${inScript(settings)};`,
    `window.grafanaBootData = ${inScript(bootData)};`,
    `window.__grafana_public_path__ = ${inScript(`${appSubUrl}/public/`)};`,
  ].join("\n");
  const loader = ["system.js", "extras/amd.js", "extras/named-register.js"].map((name) => `systemjs/${name}`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Grafana host</title>
<base href="${appSubUrl}/">
<style>${SERVER_STYLE}</style>
${styles.map((name) => `<link rel="stylesheet" href="${path}/${name}">`).join("\n")}
<script nonce="${nonce}">${script}</script>
${loader.map((name) => `<script nonce="${nonce}" src="${appSubUrl}/${name}"></script>`).join("\n")}
</head>
<body style="margin: 0">
<div id="root"></div>
<script nonce="${nonce}" type="module" src="${path}/host.js"></script>
</body>
</html>
`;
}

/** JSON that may stand in a script element. */
function inScript(value: unknown): string {
  return JSON.stringify(value).replaceAll("<", "\\u003c");
}
