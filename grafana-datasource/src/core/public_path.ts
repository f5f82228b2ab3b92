// Tells webpack's run time where the plugin's files lie, which only Grafana knows: sub-path, CDN.

declare let __webpack_public_path__: string;

/**
 * Chunks and the core are loaded from here on from `baseUrl`, as Grafana gives it in the plugin's `meta`.
 *
 * The AMD dependency `module`, whose `uri` tells the same earlier, is not known to the front-end sandbox of Grafana 11.1.
 */
export function setPluginFolder(baseUrl: string | undefined): void {
  if (typeof baseUrl !== "string" || baseUrl === "" || typeof __webpack_public_path__ === "undefined") return;
  __webpack_public_path__ = baseUrl.endsWith("/") ? baseUrl : `${baseUrl}/`;
}
