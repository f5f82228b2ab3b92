// The core's tokens in Monaco's form.

import { readFileSync } from "node:fs";
import { init, semanticTokenKinds, semanticTokens } from "bpflens";
import { beforeAll, expect, test } from "vitest";
import { relativeTokens } from "./register";
import { TextModel } from "./text_model";

beforeAll(() => init(readFileSync(new URL("../../../../web/pkg/bt_wasm_bg.wasm", import.meta.url))));

/** The tokens read back as an editor does: `line:column text kind`. */
function tokensOf(source: string): string[] {
  const data = relativeTokens(semanticTokens(source), new TextModel(source).getPositionAt);
  const lines = source.split("\n");
  const found: string[] = [];
  let line = 0;
  let column = 0;
  for (let at = 0; at < data.length; at += 5) {
    const [down = 0, right = 0, length = 0, kind = 0] = data.subarray(at, at + 5);
    column = down > 0 ? right : column + right;
    line += down;
    const text = lines[line]?.slice(column, column + length);
    found.push(`${line + 1}:${column + 1} ${text} ${semanticTokenKinds()[kind]}`);
  }
  return found;
}

test("tokens are relative to the one before", () => {
  expect(tokensOf("BEGIN {\n  @x = count(); // é😀\n}")).toEqual([
    "1:1 BEGIN probe",
    "2:3 @x map",
    "2:6 = operator",
    "2:8 count function",
    "2:17 // é😀 comment",
  ]);
});

test("a comment over several lines is a token in each", () => {
  expect(tokensOf("/* a\n\nb */ BEGIN {}").filter((token) => token.endsWith("comment"))).toEqual([
    "1:1 /* a comment",
    "3:1 b */ comment",
  ]);
});
