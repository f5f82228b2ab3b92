// What the query editor looks like besides its script: nothing moves, nothing is cut off, and the keyboard reaches all of it.

import { expect, test } from "vitest";
import { waitFor } from "../../e2e/harness/wait.ts";
import { PcpBackend } from "../harness/backend.ts";
import { edit } from "../harness/dashboards.ts";
import { describeWithPcp } from "../harness/describe.ts";
import { TICKS } from "../harness/scripts.ts";
import { useSetting } from "../harness/setting.ts";

const GALLERY = "Replace the script by a ready one";
const NARROW_PIXELS = 600;

describeWithPcp("layout of the editor", () => {
  const setting = useSetting(() => PcpBackend.start());

  test("an empty script is no error, and says how to begin", async () => {
    const page = await setting.open({ view: edit("timeseries", { expr: "" }) });
    await page.editor.waitFor();
    await page.waitForState(/No script yet/);
    expect(await page.editor.errorMarks()).toBe(0);
    // Marks come with the analysis of a text: one that has an error, and the empty one again.
    await page.editor.write("BEGIN {");
    const marked = (accept: (marks: number) => boolean) =>
      waitFor("marks", () => page.editor.errorMarks(), accept);
    await marked((marks) => marks > 0);
    await page.waitForState(/Not started/);
    await page.editor.press("ControlOrMeta+a");
    await page.editor.press("Delete");
    await page.waitForState(/No script yet/);
    await marked((marks) => marks === 0);
  });

  test("a long message moves nothing", async () => {
    const page = await setting.open({ view: edit("timeseries", { expr: "" }) });
    await page.editor.waitFor();
    await page.waitForState(/No script yet/);
    const places = () => Promise.all([page.placeOf(GALLERY), page.placeOf("Format")]);
    const before = await places();
    expect(before.includes(undefined)).toBe(false);
    await page.editor.write("tracepoint:sched:sched_switch");
    await page.waitForText("[data-testid=query-editor]", /Not started: .*and another one/s);
    expect(await places()).toEqual(before);
  });

  test("the editor becomes as narrow as the page", async () => {
    const wide = `${TICKS}// ${"words ".repeat(100)}`;
    const page = await setting.open({ view: edit("timeseries", { expr: wide }) });
    await page.editor.waitFor();
    await page.page.setViewportSize({ width: NARROW_PIXELS, height: 1000 });
    await waitFor(
      "the right edge of the script",
      () => page.editor.rightEdge(),
      (right) => right <= NARROW_PIXELS,
    );
  });

  test("Escape closes what is open, then leaves the script for the buttons; Tab goes on from there", async () => {
    const page = await setting.open({ view: edit("timeseries", { expr: TICKS }) });
    await page.editor.waitFor();
    await page.waitForState(/Live/);
    await page.editor.type("tracepoint:sched:sched_swi");
    const offered = (accept: (items: string[]) => boolean) =>
      waitFor("completions", () => page.editor.completions(), accept);
    await offered(({ length }) => length > 0);
    await page.editor.press("Escape");
    await offered(({ length }) => length === 0);
    expect(await page.editor.hasFocus()).toBe(true);
    await page.editor.press("Escape");
    await waitFor(
      "the focus on a button, where it is seen",
      () => page.focused(),
      (name) => name === "Run",
    );
    await page.page.keyboard.press("Tab");
    expect(await page.editor.hasFocus()).toBe(false);
    await page.editor.waitForText(/sched_swi$/);
  });

  test.each(["r18old", "r19"])("%s: a number beyond its bounds is seen to become the bound", async (host) => {
    const page = await setting.open({ host, view: edit("timeseries", { expr: TICKS }) });
    await page.editor.waitFor();
    const series = page.page.getByRole("spinbutton", { name: "Series" });
    await series.fill("9999");
    await series.press("Tab");
    await waitFor(
      "the bound",
      () => series.inputValue(),
      (value) => value === "500",
    );
  });

  test("a ready script is drawn whatever was chosen for the last one", async () => {
    const page = await setting.open({ view: edit("timeseries", { expr: TICKS, maps: ["@ticks"] }) });
    await page.editor.waitFor();
    await page.waitForPanel(1, "ticks", ({ frames }) => (frames[0]?.fields[1]?.length ?? 0) > 0);
    await page.page.getByLabel(GALLERY).fill("Context switches");
    await page.page.keyboard.press("Enter");
    await page.waitForPanel(1, "its values", ({ frames }) =>
      frames.some(({ name, fields }) => name !== "ticks" && fields.length > 1),
    );
    expect(/not in the script/.test(await page.textOf("[data-testid=query-editor]"))).toBe(false);
  });

  test("a map that the script does not have is named in the panel, which waits for nothing", async () => {
    const page = await setting.open({ view: edit("timeseries", { expr: TICKS, maps: ["@gone"] }) });
    await page.waitForPanel(
      1,
      "a word about it",
      ({ state, notices }) => state === "Streaming" && notices.join().includes("@gone"),
    );
  });
});
