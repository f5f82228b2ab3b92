// Settings survive a reload, and nothing that lies in the storage can break the page.
import { expect, test } from "vitest";
import { fakeStorage, fullStorage } from "./fake_storage.ts";
import { loadSettings, MAX_SCRIPT_CHARS, type Settings, saveSettings } from "./settings.ts";

const DEFAULTS: Settings = { theme: "system", windowMinutes: 1, script: "BEGIN {}", formats: {} };

test("what was saved is loaded", () => {
  const storage = fakeStorage();
  const settings: Settings = {
    theme: "dark",
    windowMinutes: 15,
    script: "END { }",
    formats: { "@reads": "table" },
  };
  saveSettings(storage, settings);
  expect(loadSettings(storage, "BEGIN {}")).toEqual(settings);
});

test.each([
  ["not JSON", "{oops"],
  ["another type", "[1, 2]"],
  ["null", "null"],
  ["unknown values", '{"theme":"pink","windowMinutes":7,"script":12,"formats":{"@a":"pie","@b":3}}'],
  ["an oversized script", JSON.stringify({ script: "x".repeat(MAX_SCRIPT_CHARS + 1) })],
])("%s in the storage gives the defaults", (_, text) => {
  expect(loadSettings(fakeStorage({ "bpflens.settings": text }), "BEGIN {}")).toEqual(DEFAULTS);
});

test("an oversized script is not saved, the rest is", () => {
  const storage = fakeStorage();
  saveSettings(storage, { ...DEFAULTS, theme: "light", script: "x".repeat(MAX_SCRIPT_CHARS + 1) });
  expect(loadSettings(storage, "BEGIN {}")).toEqual({ ...DEFAULTS, theme: "light" });
});

test("the oldest formats are dropped first", () => {
  const storage = fakeStorage();
  const formats = Object.fromEntries(Array.from({ length: 70 }, (_, i) => [`@m${i}`, "table" as const]));
  saveSettings(storage, { ...DEFAULTS, formats });
  const names = Object.keys(loadSettings(storage, "").formats);
  expect(names).toHaveLength(64);
  expect(names[0]).toBe("@m6");
});

test("a storage that refuses is not an error", () => {
  saveSettings(fullStorage(), DEFAULTS);
  expect(loadSettings(fullStorage(), "BEGIN {}")).toEqual(DEFAULTS);
});
