// What the editor offers while a script is written: the host's probes, signatures, explanations, folding; by keyboard.

import { expect, test } from "vitest";
import { ATTEMPT_MILLIS, untilDone } from "./harness/attempts.ts";
import type { TabOptions } from "./harness/browser.ts";
import type { Lens } from "./harness/lens.ts";
import { describeEndToEnd } from "./harness/requirements.ts";
import { useSetting } from "./harness/setting.ts";
import { sleep, waitFor } from "./harness/wait.ts";

/** CodeMirror takes nothing of a list that has just opened: the key was meant for the text. */
const FRESH_LIST_MILLIS = 150;

describeEndToEnd("editor", () => {
  const setting = useSetting();

  /** A page with this text and the cursor behind it, once it knows the host's probes. */
  async function editing(script: string, options?: TabOptions): Promise<Lens> {
    const lens = await setting.browser.open(setting.server.url, options);
    await untilDone("a probe of the host", async () => {
      await lens.editor.write("tracepoint:sched:sched_swit");
      await lens.editor.press("Control+ ");
      await lens.page.getByText("tracepoint:sched:sched_switch").first().waitFor({ timeout: ATTEMPT_MILLIS });
    });
    await lens.editor.press("Escape");
    await lens.editor.write(script);
    return lens;
  }

  /** Returns when this is the proposal that would be taken, and a key would take it. */
  async function proposed({ editor }: Lens, wanted: string): Promise<void> {
    await waitFor(
      `${wanted} as the first proposal`,
      () => editor.chosenProposal(),
      (chosen) => chosen === wanted,
    );
    await sleep(FRESH_LIST_MILLIS);
  }

  test("a script is written by proposals, taken with Enter and Tab, and runs", async () => {
    const lens = await editing("");
    const { editor } = lens;
    await editor.type("sched_switch");
    await proposed(lens, "tracepoint:sched:sched_switch");
    await editor.press("Enter");
    await editor.type(" { @switches[com");
    await proposed(lens, "comm");
    await editor.press("Tab");
    await editor.type("] = coun");
    await proposed(lens, "count");
    await editor.press("Tab");
    await expect.poll(() => editor.text()).toBe("tracepoint:sched:sched_switch { @switches[comm] = count()}");
    await editor.press("Control+Enter");
    await lens.waitForState("running");
    await lens.waitForCard("@switches");
    // Of its own maps, too.
    await editor.press("End", "Enter");
    await editor.type("END { clear(@sw");
    await proposed(lens, "@switches");
  });

  test("Escape closes the list and leaves the text and the script alone", async () => {
    const lens = await editing("tracepoint:sched:sched_switch { @kept = count(); }\n");
    await lens.run();
    await lens.waitForState("running");
    await lens.page.locator(".cm-content").click();
    await lens.editor.press("Control+End");
    await lens.editor.type("interv");
    await proposed(lens, "interval");
    await lens.editor.press("Escape");
    await expect.poll(() => lens.editor.proposals()).toEqual([]);
    expect(await lens.editor.text()).toContain("\ninterv");
    expect((await lens.status()).state).toBe("running");
    await lens.editor.press("Control+ ");
    await proposed(lens, "interval");
  });

  test("the places of a proposed call are filled in with Tab, its signature tells which is due", async () => {
    const lens = await editing("tracepoint:sched:sched_switch { @x = lhis");
    const { editor } = lens;
    await editor.press("Control+ ");
    await proposed(lens, "lhist");
    expect(await editor.proposalNote()).toBe("Histogram by equal steps.");
    await editor.press("Enter");
    await expect.poll(() => editor.signature()).toBe("lhist([n], min, max, step)");
    await editor.type("1000");
    await editor.press("Tab");
    await expect.poll(() => editor.signature()).toBe("lhist(n, [min], max, step)");
    await editor.type("0");
    await editor.press("Tab");
    await editor.type("5000");
    await editor.press("Tab");
    await expect.poll(() => editor.signature()).toBe("lhist(n, min, max, [step])");
    await editor.type("100");
    await expect.poll(() => editor.text()).toContain("@x = lhist(1000, 0, 5000, 100)");
    await editor.press("ArrowRight");
    // Behind the call.
    await expect.poll(() => editor.signature()).toBe("");
  });

  test("a signature comes with its bracket, goes with Escape, and comes when asked for", async () => {
    const { editor } = await editing("BEGIN { ");
    await editor.type("printf(");
    await expect.poll(() => editor.signature()).toBe("printf([format], ...)");
    await editor.press("Escape");
    await expect.poll(() => editor.signature()).toBe("");
    await editor.type('"%d"');
    expect(await editor.signature()).toBe("");
    await editor.press("Control+Shift+ ");
    await expect.poll(() => editor.signature()).toBe("printf([format], ...)");
    await editor.type(", ");
    await expect.poll(() => editor.signature()).toBe("printf(format, [...])");
  });

  test("the name under the mouse is explained", async () => {
    const { editor } = await editing("tracepoint:sched:sched_switch { @by[comm] = hist(nsecs); }\n");
    expect(await editor.explanationOf("comm")).toMatch(/^string comm\s+Name of the thread/);
    expect(await editor.explanationOf("hist")).toMatch(/^hist\(.*\)\s+Histogram/);
    expect(await editor.explanationOf("@by")).toMatch(/^@by\[…\][\s\S]*histogram per key/);
  });

  test("a block is folded and opened again", async () => {
    const lens = await editing("BEGIN {\n  @folded = 1;\n}\n");
    const { editor } = lens;
    // The brackets' keys: with Shift they say the braces.
    await editor.press("Control+Home", "Control+Shift+{");
    await expect.poll(() => editor.text()).not.toContain("@folded");
    await editor.press("Control+Shift+}");
    await expect.poll(() => editor.text()).toContain("@folded");
  });
});
