// Colours stay with their series, and the heat scale is monotonous at its ends.
import { expect, test } from "vitest";
import { heatColour, SeriesPlaces } from "./palette.ts";

test("a series keeps its place and colour when others come and go", () => {
  const places = new SeriesPlaces();
  places.show(["dd", "node", "rm"]);
  const colour = places.colourOf("node", "light");
  places.show(["git", "node", "rm", "dd"]);
  expect(["dd", "node", "rm", "git"].map((label) => places.placeOf(label))).toEqual([0, 1, 2, 3]);
  places.show(["node", "cc", "rm"]);
  expect(["cc", "node", "rm"].map((label) => places.placeOf(label))).toEqual([0, 1, 2]);
  expect(places.colourOf("node", "light")).toBe(colour);
  expect(places.colourOf("cc", "light")).not.toBe(colour);
});

test("shares outside 0 to 1 get the colours of the ends", () => {
  expect(heatColour(-1, "dark")).toBe(heatColour(0, "dark"));
  expect(heatColour(9, "dark")).toBe("rgb(253 231 76)");
});
