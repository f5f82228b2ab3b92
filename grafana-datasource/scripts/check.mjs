// Checks a built plugin against Grafana's own description of plugin.json, and that all files it names are there: npm run check.

import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("..", import.meta.url));
const dist = join(folder, "dist");
/** Grafana generates it from the schema that it reads plugin.json by. */
const SCHEMA = join(
  folder,
  "node_modules/@grafana/runtime/dist/types/services/pluginMeta/types/meta/types.spec.gen",
);
/** Other files that Grafana's catalogue wants in a package. */
const FILES = ["module.js", "README.md", "CHANGELOG.md", "LICENSE"];

const { $schema, ...plugin } = JSON.parse(readFileSync(join(dist, "plugin.json"), "utf8"));
const problems = [...schemaProblems(plugin), ...formProblems(plugin), ...missingFiles(plugin)];
for (const problem of problems) console.error(`check: ${problem}`);
process.exit(problems.length === 0 ? 0 : 1);

function schemaProblems(plugin) {
  if (!existsSync(`${SCHEMA}.d.ts`))
    return [`${SCHEMA}.d.ts is not there any more: find where @grafana/runtime has it`];
  const place = mkdtempSync(join(folder, "node_modules/.check-"));
  try {
    const file = join(place, "plugin.ts");
    const imported = `import type { JSONData } from ${JSON.stringify(SCHEMA)};`;
    writeFileSync(file, `${imported}\nexport const plugin: JSONData = ${JSON.stringify(plugin, null, 2)};\n`);
    const options = [
      "--strict",
      "--noEmit",
      "--skipLibCheck",
      "--ignoreConfig",
      "--moduleResolution",
      "bundler",
    ];
    const tsc = createRequire(import.meta.url)
      .resolve("typescript/package.json")
      .replace("package.json", "bin/tsc");
    const { status, stdout } = spawnSync(process.execPath, [tsc, ...options, "--module", "esnext", file], {
      encoding: "utf8",
    });
    return status === 0 ? [] : [`plugin.json is not what Grafana's schema says:\n${stdout}`];
  } finally {
    rmSync(place, { recursive: true });
  }
}

/** What the schema says in words or by patterns. */
function formProblems({ id, type, info }) {
  const forms = [
    ["id", id, new RegExp(`^[0-9a-z]+-([0-9a-z]+-)?${type}$`)],
    ["info.version", info.version, /^\d+\.\d+\.\d+/],
    ["info.updated", info.updated, /^\d{4}-\d{2}-\d{2}$/],
    ["info.description", info.description, /\S/],
    ["info.author.name", info.author?.name, /\S/],
    ...info.links.map(({ url }) => ["a link", url, /^https:\/\//]),
  ];
  return forms
    .filter(([, value, form]) => !form.test(value))
    .map(([name, value, form]) => `${name} is ${value}, not as ${form}`);
}

function missingFiles({ info, includes }) {
  const named = [
    ...Object.values(info.logos),
    ...info.screenshots.map(({ path }) => path),
    ...includes.map(({ path }) => path),
  ];
  return [...named, ...FILES]
    .filter((path) => !existsSync(join(dist, path)))
    .map((path) => `${path} is missing in dist/`);
}
