// Completion in Monaco's form, on the real core.

import { readFileSync } from "node:fs";
import type { CompletionItem } from "bpflens";
import { complete, init, ProbeIndex } from "bpflens";
import { beforeAll, expect, test } from "vitest";
import { completionList } from "./completion";
import { TextModel } from "./text_model";

beforeAll(() => init(readFileSync(new URL("../../../../web/pkg/bt_wasm_bg.wasm", import.meta.url))));

/** Stand-ins for Monaco's numbers: each kind is its own. */
const KINDS = new Proxy({} as Record<CompletionItem["kind"], number>, {
  get: (_, kind: string) => kind.length,
});

/** Completes where `$0` stands. */
function suggestionsAt(marked: string, probes?: ProbeIndex) {
  const offset = marked.indexOf("$0");
  const source = marked.replace("$0", "");
  const list = complete(source, offset, undefined, probes);
  const model = new TextModel(source);
  return completionList(list, offset, model.getPositionAt, source, KINDS).suggestions;
}

const labelOf = ({ label }: { label: string | { label: string } }) =>
  typeof label === "string" ? label : label.label;

test("the host's probes, in the order of the core, found by what is typed", () => {
  const probes = new ProbeIndex(
    "tracepoint:syscalls:sys_enter_read,tracepoint:vmscan:mm_vmscan_kswapd_sleep",
  );
  const found = suggestionsAt("// é\ntracepoint:sysread$0", probes);
  expect(labelOf(found[0] ?? { label: "" })).toContain("sys_enter_read");
  expect(new Set(found.map(({ filterText }) => filterText)).size).toBe(1);
  expect(found.map(({ sortText }) => sortText)).toEqual(
    found.map((_, rank) => String(rank).padStart(5, "0")),
  );
});

test("what stands behind the cursor is replaced, or kept by an insert", () => {
  const [first] = suggestionsAt("BEGIN { @x = cou$0nt(); }");
  expect(first?.range).toEqual({
    insert: { startLineNumber: 1, startColumn: 14, endLineNumber: 1, endColumn: 17 },
    replace: { startLineNumber: 1, startColumn: 14, endLineNumber: 1, endColumn: 19 },
  });
});

test("snippets are told apart from text", () => {
  const found = suggestionsAt("BEGIN { @x = lhi$0 }");
  const snippet = found.find((item) => labelOf(item).startsWith("lhist"));
  expect(snippet?.insertText).toMatch(/\$\{1:/);
  expect(snippet?.insertTextRules).toBe(4);
});
