// Grafana's fonts, which are part of its server: the same ones from npm.

import { fileURLToPath } from "node:url";

const PACKAGES = fileURLToPath(new URL("../node_modules/@fontsource", import.meta.url));
const INTER: Readonly<Record<string, string>> = {
  Regular: "400-normal",
  Italic: "400-italic",
  Medium: "500-normal",
  MediumItalic: "500-italic",
};

/** The file of a font's address; undefined if it is none. */
export function fontFile(path: string): string | undefined {
  const inter = /^\/public\/fonts\/inter\/Inter-(\w+)\.woff2$/.exec(path);
  if (inter) return `${PACKAGES}/inter/files/inter-latin-${INTER[inter[1] ?? ""] ?? "400-normal"}.woff2`;
  if (!path.startsWith("/public/fonts/roboto/")) return undefined;
  return `${PACKAGES}/roboto-mono/files/roboto-mono-latin-400-normal.woff2`;
}
