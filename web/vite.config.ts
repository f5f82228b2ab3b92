// Builds the built-in page into app/dist with relative URLs, so that any server path can host it.
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Where `npm run dev` finds a running `bpflens serve`. */
const server = process.env.BPFLENS_SERVER ?? "http://127.0.0.1:9300";

export default defineConfig({
  root: folder("./app"),
  base: "./",
  resolve: { alias: { bpflens: folder("./src/index.ts") } },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: folder("./app/dist"),
    emptyOutDir: true,
    target: "es2022",
    // Data URLs would need an exception in the page's content security policy.
    assetsInlineLimit: 0,
    // The page comes from the same machine, in one piece: splitting it would only add requests.
    chunkSizeWarningLimit: 700,
    modulePreload: { polyfill: false },
  },
  worker: { format: "es" },
  server: { fs: { allow: [folder(".")] }, proxy: { "/pmapi": server } },
});
