// The page as a user sees it: every action and every reading of the specs stands here.

import type { Locator, Page } from "playwright-core";
import { waitFor } from "./wait.ts";

export type FormatName = "timeseries" | "heatmap" | "table" | "flamegraph";

export class Lens {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Replaces the editor's text. */
  async write(script: string): Promise<void> {
    await this.page.locator(".cm-content").click();
    await this.page.keyboard.press("ControlOrMeta+a");
    await this.page.keyboard.insertText(script);
  }

  async run(script?: string): Promise<void> {
    if (script !== undefined) await this.write(script);
    await this.page.getByTestId("run").click();
  }

  async stop(): Promise<void> {
    await this.page.getByTestId("stop").click();
  }

  /** `idle`, `starting`, `running`, … */
  async state(): Promise<string> {
    return (await this.page.getByTestId("status").getAttribute("data-state")) ?? "";
  }

  async waitForState(state: string, limitMillis?: number): Promise<void> {
    const seen = async () => `${await this.state()}: ${await this.statusText()}`;
    await waitFor(`state ${state}`, seen, (text) => text.startsWith(`${state}:`), limitMillis);
  }

  async statusText(): Promise<string> {
    return (await this.page.getByTestId("status").innerText()).replaceAll("\n", " ");
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

  /** Points at the newest values of a chart, where it is at this moment, and reads what the tooltip says. */
  async tooltipOfLatest(map: string): Promise<string> {
    const box = await this.card(map).locator(".u-over").boundingBox();
    if (box === null) return "";
    await this.page.mouse.move(box.x + box.width - 20, box.y + box.height / 2);
    return (await this.card(map).getByTestId("tooltip").textContent()) ?? "";
  }

  /** Sum of all counts in the heat map's window. */
  async heatTotal(map: string): Promise<number> {
    return Number(await this.card(map).getByTestId("heatmap").getAttribute("data-total"));
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

  async flameSamples(map: string): Promise<number> {
    return Number(await this.card(map).getByTestId("flame-total").getAttribute("data-value"));
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

  /** The banner's text; empty without a banner. */
  async banner(): Promise<string> {
    const banner = this.page.getByTestId("banner");
    return (await banner.count()) > 0 ? await banner.innerText() : "";
  }
}
