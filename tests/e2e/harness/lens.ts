// The page as a user sees it: every action and every reading of the specs stands here, those in the editor beside it.
//
// The page changes by itself, several times a second. So a reading is one evaluation in the page: it never waits for an
// element, and all it returns was on screen at the same moment. Whoever expects something else waits with `waitFor`.

import type { Locator, Page } from "playwright-core";
import { ScriptEditor } from "./script_editor.ts";
import { waitFor } from "./wait.ts";

export type FormatName = "timeseries" | "heatmap" | "table" | "flamegraph";

/** The status line at one moment. */
export interface StatusView {
  /** `idle`, `starting`, `running`, …; empty without a status line. */
  readonly state: string;
  readonly text: string;
  /** The process that the page knows of. */
  readonly pid: number | undefined;
}

export class Lens {
  readonly page: Page;
  readonly editor: ScriptEditor;

  constructor(page: Page) {
    this.page = page;
    this.editor = new ScriptEditor(page);
  }

  async run(script?: string): Promise<void> {
    if (script !== undefined) await this.editor.write(script);
    await this.page.getByTestId("run").click();
  }

  async stop(): Promise<void> {
    await this.page.getByTestId("stop").click();
  }

  /** The theme that was chosen, as the document says it. */
  async theme(): Promise<string | undefined> {
    return this.page.evaluate(() => document.documentElement.dataset.theme);
  }

  async status(): Promise<StatusView> {
    const seen = await this.page.getByTestId("status").evaluateAll((lines) =>
      lines.map((line) => {
        const { innerText, dataset } = line as HTMLElement;
        return { state: dataset.state ?? "", text: innerText.replaceAll("\n", " "), pid: dataset.pid };
      }),
    );
    const { state, text, pid } = seen[0] ?? { state: "", text: "", pid: undefined };
    return { state, text, pid: pid === undefined ? undefined : Number(pid) };
  }

  async waitForState(...states: string[]): Promise<void> {
    await waitFor(
      `state ${states.join(" or ")}`,
      () => this.status(),
      ({ state }) => states.includes(state),
    );
  }

  /**
   * Returns when all values that the host had before this call are drawn. A round of questions begins only when the one
   * before it is answered, so the third that begins from now on comes after a whole round.
   */
  async rounds(): Promise<void> {
    for (let round = 0; round < 3; round++) {
      await this.page.waitForRequest((request) => new URL(request.url()).pathname.endsWith("/fetch"));
    }
    // What came is drawn in the frame after it, and the legend of a chart in the one after that.
    await this.page.evaluate(async () => {
      for (let frame = 0; frame < 4; frame++) await new Promise(requestAnimationFrame);
    });
  }

  card(map: string): Locator {
    return this.page.locator(`[data-testid=card][data-map="${map}"]`);
  }

  async waitForCard(map: string): Promise<Locator> {
    const card = this.card(map);
    await card.waitFor();
    return card;
  }

  async chooseFormat(map: string, format: FormatName): Promise<void> {
    await this.card(map).getByTestId("format").selectOption(format);
    await this.page.locator(`[data-testid=card][data-map="${map}"][data-format=${format}]`).waitFor();
  }

  /** Shows counters as they are instead of as rates. */
  async showAbsolute(map: string): Promise<void> {
    await this.card(map).getByTestId("rate").selectOption("absolute");
  }

  /** Last values of a time series card by label, from its legend. */
  async legend(map: string): Promise<Record<string, number>> {
    const entries = await this.card(map)
      .getByTestId("legend-entry")
      .evaluateAll((buttons) =>
        buttons.map((button): [string, string] => {
          const { label = "", value = "" } = (button as HTMLElement).dataset;
          return [label, value];
        }),
      );
    return Object.fromEntries(
      entries.filter(([, value]) => value !== "").map(([label, value]) => [label, Number(value)]),
    );
  }

  /** The value of a card with a single series; undefined while there is none. */
  async singleValue(map: string): Promise<number | undefined> {
    return Object.values(await this.legend(map))[0];
  }

  /** Whether a series of a chart is drawn, as its legend entry says; undefined without such an entry. */
  async isShown(map: string, label: string): Promise<boolean | undefined> {
    const pressed = await this.legendEntry(map, label).evaluateAll((entries) =>
      entries.map((entry) => entry.getAttribute("aria-pressed") === "true"),
    );
    return pressed[0];
  }

  legendEntry(map: string, label: string): Locator {
    return this.card(map).locator(`[data-testid=legend-entry][data-label="${label}"]`);
  }

  /**
   * Points at the newest values of a chart, where it is at this moment, and reads what the tooltip says; empty while no
   * tooltip is open.
   */
  async tooltipOfLatest(map: string): Promise<string> {
    const plots = await this.card(map)
      .locator(".u-over")
      .evaluateAll((found) => found.map((plot) => plot.getBoundingClientRect().toJSON() as DOMRect));
    if (plots[0] === undefined) return "";
    const { x, y, width, height } = plots[0];
    await this.page.mouse.move(x + width - 20, y + height / 2);
    const texts = await this.card(map)
      .getByTestId("tooltip")
      .evaluateAll((boxes) =>
        boxes.filter((box) => !(box as HTMLElement).hidden).map((box) => box.textContent ?? ""),
      );
    return texts[0] ?? "";
  }

  /** Its format at this moment; undefined without such a card. */
  async format(map: string): Promise<string | undefined> {
    const formats = await this.card(map).evaluateAll((cards) =>
      cards.map((card) => (card as HTMLElement).dataset.format),
    );
    return formats[0];
  }

  /** All text of a card; empty without it. */
  async cardText(map: string): Promise<string> {
    return textOf(this.card(map));
  }

  /** Sum of all counts in the heat map's window; NaN without a heat map. */
  async heatTotal(map: string): Promise<number> {
    const totals = await this.card(map)
      .getByTestId("heatmap")
      .evaluateAll((plots) => plots.map((plot) => (plot as HTMLElement).dataset.total));
    return Number(totals[0]);
  }

  /** Cells of a table by row. */
  async rows(map: string): Promise<string[][]> {
    return this.card(map)
      .getByTestId("table")
      .locator("tbody tr")
      .evaluateAll((rows) =>
        rows.map((row) => [...row.querySelectorAll("td")].map((cell) => cell.textContent ?? "")),
      );
  }

  /** NaN without a flame graph. */
  async flameSamples(map: string): Promise<number> {
    const totals = await this.card(map)
      .getByTestId("flame-total")
      .evaluateAll((notes) => notes.map((note) => (note as HTMLElement).dataset.value));
    return Number(totals[0]);
  }

  /** Names of the drawn frames. */
  async flameFrames(map: string): Promise<string[]> {
    return this.card(map)
      .locator("g.frame")
      .evaluateAll((frames) => frames.map((frame) => frame.getAttribute("name") ?? ""));
  }

  /** The problem list: `SOURCE SEVERITY line N: MESSAGE`. */
  async problems(): Promise<string[]> {
    return this.page.getByTestId("problem").evaluateAll((items) =>
      items.map((item) => {
        const { source, severity, line } = (item as HTMLElement).dataset;
        const text = item.querySelector("button > span:last-child")?.textContent ?? "";
        return `${source} ${severity} line ${line ?? "-"}: ${text}`;
      }),
    );
  }

  /** Why the last Run was refused; empty if it was not. */
  async refusal(): Promise<string> {
    return textOf(this.page.getByTestId("refusal"));
  }

  /** What the header says about the host and its bpftrace. */
  async host(): Promise<string> {
    return textOf(this.page.getByTestId("agent"));
  }

  /** The banner's text; empty without a banner. */
  async banner(): Promise<string> {
    return textOf(this.page.getByTestId("banner"));
  }
}

/** Text of the first match; empty if there is none. */
async function textOf(locator: Locator): Promise<string> {
  const [text = ""] = await locator.evaluateAll((found) =>
    found.map((item) => (item as HTMLElement).innerText),
  );
  return text;
}
