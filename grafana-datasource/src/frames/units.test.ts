// Every unit that we give is one that Grafana has.

import { getValueFormat } from "@grafana/data";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { grafanaUnit } from "./units";

// @grafana/data asks the browser how it writes times.
beforeAll(() => void vi.stubGlobal("navigator", { languages: ["en"], language: "en" }));
afterAll(() => void vi.unstubAllGlobals());

test.each([
  ["nanosec", 1500, "1.50 µs"],
  ["microsec", 1500, "1.50 ms"],
  ["millisec", 1500, "1.50 s"],
  ["byte", 2048, "2 KiB"],
  ["byte/s", 2048, "2 KiB/s"],
  ["Mbyte/s", 2, "2 MiB/s"],
  ["utilisation", 1.5, "150%"],
  ["count/s", 1500, "1.50K c/s"],
  ["/s", 3, "3 c/s"],
  ["none", 1500, "1.50 K"],
  ["page", 3, "3 page"],
])("%s", (unit, value, shown) => {
  const { prefix = "", text, suffix = "" } = getValueFormat(grafanaUnit(unit))(value);
  expect(prefix + text + suffix).toBe(shown);
});
