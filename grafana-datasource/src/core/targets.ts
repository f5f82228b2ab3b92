// Names the places where scripts are shown, and knows which of them somebody looks at.

import type { DataQueryRequest } from "@grafana/data";
import type { Poller } from "bpflens";

/** What of a request tells its panel. */
export type PanelOfRequest = Pick<DataQueryRequest, "app" | "dashboardUID" | "panelId" | "requestId">;

/** Explore has no panel, but one request id per pane. */
export function targetName(refId: string, request: Partial<PanelOfRequest> | undefined): string {
  const isPanel = request?.panelId !== undefined && request.app !== "explore";
  const place = isPanel
    ? [request.dashboardUID || "new-dashboard", request.panelId]
    : [request?.app ?? "unknown", request?.requestId ?? ""];
  return [...place, refId].join("/");
}

interface Shown {
  readonly poller: Poller;
  readonly source: string;
  viewers: number;
}

/** The targets that running queries show; grows with them and no further. */
export class Targets {
  readonly #shown = new Map<string, Shown>();
  /** Also of targets that nobody looks at any more: the editor may ask for them within the grace period. */
  readonly #latest = new Map<string, Poller>();

  /**
   * Takes a target for one more query. Repeated panels may have one name with different scripts: the later ones get a
   * number behind it.
   */
  claim(name: string, source: string, poller: Poller): string {
    let target = name;
    for (let copy = 2; this.#isTaken(target, source, poller); copy++) target = `${name}#${copy}`;
    const shown = this.#shown.get(target) ?? { poller, source, viewers: 0 };
    shown.viewers++;
    this.#shown.set(target, shown);
    this.#remember(target, poller);
    return target;
  }

  /** Gives a target back; true if nobody shows it any more. */
  release(target: string): boolean {
    const shown = this.#shown.get(target);
    if (!shown || --shown.viewers > 0) return false;
    return this.#shown.delete(target);
  }

  /** Where the target is, or was until lately. */
  poller(target: string): Poller | undefined {
    return this.#latest.get(target);
  }

  isShown(poller: Poller): boolean {
    return [...this.#shown.values()].some((shown) => shown.poller === poller);
  }

  #isTaken(target: string, source: string, poller: Poller): boolean {
    const shown = this.#shown.get(target);
    return shown !== undefined && (shown.source !== source || shown.poller !== poller);
  }

  #remember(target: string, poller: Poller): void {
    this.#latest.delete(target);
    this.#latest.set(target, poller);
    for (const oldest of this.#latest.keys()) {
      if (this.#latest.size <= MAX_REMEMBERED) break;
      if (!this.#shown.has(oldest)) this.#latest.delete(oldest);
      else break;
    }
  }
}

/** Targets that are remembered; the oldest that nobody looks at goes first. */
const MAX_REMEMBERED = 500;
