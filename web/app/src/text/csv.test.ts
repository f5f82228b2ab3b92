// CSV as spreadsheets read it.
import { expect, test } from "vitest";
import { toCsv } from "./csv.ts";

test("cells with separators, quotes and line breaks are quoted", () => {
  expect(
    toCsv(
      ["comm", "@n"],
      [
        ['a,"b"', 5],
        ["line\nbreak", -2],
      ],
    ),
  ).toBe('comm,\'@n\r\n"a,""b""",5\r\n"line\nbreak",-2\r\n');
});

test("a string that looks like a formula stays text", () => {
  expect(toCsv(["file"], [["=HYPERLINK(1)"]])).toBe("file\r\n'=HYPERLINK(1)\r\n");
});
