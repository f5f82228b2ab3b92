// Bundles the host page once for each set of @grafana packages, into build/HOST.
//
// usage: node build.mjs [HOST…]      (default: all folders of hosts/)

import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const folder = fileURLToPath(new URL(".", import.meta.url));
const wanted = process.argv.slice(2);

for (const host of wanted.length > 0 ? wanted : readdirSync(join(folder, "hosts"))) await buildHost(host);

async function buildHost(host) {
  const start = Date.now();
  const modules = join(folder, "hosts", host, "node_modules");
  const output = join(folder, "build", host);
  const version = JSON.parse(readFileSync(join(modules, "@grafana/ui/package.json"), "utf8")).version;
  rmSync(output, { recursive: true, force: true });
  mkdirSync(output, { recursive: true });
  const common = {
    bundle: true,
    minify: true,
    logLevel: "error",
    target: "es2022",
    nodePaths: [modules],
    // That of the type check leads to the packages of one host.
    tsconfigRaw: {},
    outdir: output,
    loader: { ".ttf": "file", ".svg": "file", ".png": "file", ".woff2": "file" },
    define: {
      "process.env.NODE_ENV": '"production"',
      global: "globalThis",
      // Packages in UMD form would hand themselves to SystemJS instead of to the bundle.
      define: "undefined",
    },
  };
  await build({
    ...common,
    entryPoints: { host: join(folder, "page/main.tsx") },
    plugins: [commonJsInterop()],
    format: "esm",
    splitting: true,
    jsx: "transform",
    alias: { "host-jsx-runtime": join(folder, "page", sharesJsxRuntime(version)) },
  });
  await build({
    ...common,
    entryPoints: { "editor.worker": join(modules, "monaco-editor/esm/vs/editor/editor.worker.js") },
    format: "iife",
  });
  writeFileSync(join(output, "host.json"), `${JSON.stringify({ version })}\n`);
  const files = readdirSync(output);
  const bytes = files.reduce((sum, name) => sum + statSync(join(output, name)).size, 0);
  process.stdout.write(
    `${host}: Grafana ${version}, ${files.length} files, ${(bytes / 1e6).toFixed(1)} MB, ${Date.now() - start} ms\n`,
  );
}

/** Grafana shares React's JSX run time with its plugins only since 12. */
function sharesJsxRuntime(version) {
  return Number(version.split(".")[0]) >= 12 ? "jsx_runtime_shared.ts" : "jsx_runtime_unshared.ts";
}

/**
 * esbuild gives importers in .mjs files Node's view of CommonJS, where `default` is all of `module.exports`; Grafana's
 * webpack gives them `module.exports.default`. So the packages of Grafana are read as if they were .js files.
 */
function commonJsInterop() {
  const RESOLVING = Symbol("resolving");
  const SUFFIX = ".as.js";
  return {
    name: "common-js-interop",
    setup(bundle) {
      bundle.onResolve({ filter: /.*/ }, async (request) => {
        if (request.pluginData === RESOLVING || request.kind === "entry-point") return undefined;
        const found = await bundle.resolve(request.path, {
          importer: withoutSuffix(request.importer),
          resolveDir: request.resolveDir,
          kind: request.kind,
          pluginData: RESOLVING,
        });
        const isOfGrafana = found.path.endsWith(".mjs") && found.path.includes("@grafana");
        return found.errors.length === 0 && isOfGrafana ? { ...found, path: found.path + SUFFIX } : found;
      });
      bundle.onLoad({ filter: /\.mjs\.as\.js$/ }, ({ path }) => {
        const file = withoutSuffix(path);
        return { contents: readFileSync(file, "utf8"), loader: "js", resolveDir: dirname(file) };
      });
    },
  };

  function withoutSuffix(path) {
    return path.endsWith(SUFFIX) ? path.slice(0, -SUFFIX.length) : path;
  }
}
