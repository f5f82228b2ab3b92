// Every script of the gallery is offered, and is one that the core has nothing to say against.

import { readdirSync, readFileSync } from "node:fs";
import { analyse, init } from "bpflens";
import { beforeAll, expect, test } from "vitest";
import { GALLERY } from "./gallery";

const FOLDER = new URL("../../../web/gallery/", import.meta.url);

beforeAll(() => init(readFileSync(new URL("../../../web/pkg/bt_wasm_bg.wasm", import.meta.url))));

test("none of the folder is missing", () => {
  const sources = readdirSync(FOLDER).map((name) => readFileSync(new URL(name, FOLDER), "utf8"));
  expect(GALLERY.map(({ source }) => source).sort()).toEqual(sources.sort());
});

test.each(GALLERY)("$title has a description and no error", ({ title, description, source }) => {
  expect(title).not.toBe("");
  expect(description).toMatch(/\.$/);
  expect(analyse(source).hasErrors).toBe(false);
});
