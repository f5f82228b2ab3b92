// What is said about a text holds once, the stronger word wins, and texts that never come are forgotten.

import { expect, test } from "vitest";
import { Announcements } from "./announcements";

test("a text that was typed and run is run, once", () => {
  const announcements = new Announcements();
  announcements.add("a", "run");
  announcements.add("a", "typed");
  announcements.add("b", "typed");
  expect([announcements.take("a"), announcements.take("a"), announcements.take("b")]).toEqual([
    "run",
    undefined,
    "typed",
  ]);
});

test("of texts that never come the oldest is forgotten", () => {
  const announcements = new Announcements();
  for (let number = 0; number < 21; number++) announcements.add(`${number}`, "typed");
  expect([announcements.take("0"), announcements.take("1")]).toEqual([undefined, "typed"]);
});
