// Colours stay with their series, and the heat scale is monotonous at its ends.
import { expect, test } from "vitest";
import { heatColour, SeriesPlaces } from "./palette.ts";

test("a series keeps its place and colour when others come", () => {
  const places = new SeriesPlaces();
  const first = places.colourOf("dd", "light");
  expect(places.placeOf("node")).toBe(1);
  expect(places.colourOf("dd", "light")).toBe(first);
  expect(places.colourOf("node", "light")).not.toBe(first);
});

test("places are bounded", () => {
  const places = new SeriesPlaces();
  for (let i = 0; i <= SeriesPlaces.MAX_PLACES; i++) places.placeOf(`s${i}`);
  expect(places.placeOf("s0")).toBe(1);
});

test("shares outside 0 to 1 get the colours of the ends", () => {
  expect(heatColour(-1, "dark")).toBe(heatColour(0, "dark"));
  expect(heatColour(9, "dark")).toBe("rgb(253 231 76)");
});
