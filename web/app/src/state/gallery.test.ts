// Every gallery script says what it is.
import { expect, test } from "vitest";
import { firstScript, loadGallery, readGalleryScript } from "./gallery.ts";

test("title and description are the first two comment lines", () => {
  expect(readGalleryScript("../../gallery/reads.bt", "// Reads\n// By size.\nBEGIN {}\n")).toEqual({
    id: "reads",
    title: "Reads",
    description: "By size.",
    source: "// Reads\n// By size.\nBEGIN {}\n",
  });
  expect(readGalleryScript("x.bt", "BEGIN {}").title).toBe("x");
});

test("the gallery has at least ten scripts, each with a title and a description", () => {
  const gallery = loadGallery();
  expect(gallery.length).toBeGreaterThanOrEqual(10);
  expect(gallery.filter((script) => script.title === script.id || script.description === "")).toEqual([]);
  expect(new Set(gallery.map((script) => script.title)).size).toBe(gallery.length);
});

test("an empty editor begins with system calls by command", () => {
  expect(firstScript(loadGallery())).toMatch(/^\/\/ System calls by command\n/);
  expect(firstScript([])).toBe("");
});
