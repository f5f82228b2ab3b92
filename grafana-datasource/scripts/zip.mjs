// Packs a folder under another name, the same bytes for the same files: node zip.mjs FOLDER NAME OUT.zip

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { zipSync } from "fflate";

const [folder, name, out] = process.argv.slice(2);
if (!folder || !name || !out) {
  console.error("usage: zip.mjs FOLDER NAME OUT.zip");
  process.exit(2);
}

/** The first moment that a zip file can name: the time of a build says nothing. */
const mtime = new Date(1980, 0, 1);

const files = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && !entry.name.endsWith(".map"))
  .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
  .sort();
const entries = files.map((file) => [`${name}/${file}`, [readFileSync(join(folder, file)), { mtime }]]);
writeFileSync(out, zipSync(Object.fromEntries(entries), { level: 9 }));
