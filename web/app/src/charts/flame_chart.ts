// Draws a flame graph with d3-flame-graph and keeps zoom and search over live updates.

import type { FlameNode } from "bpflens";
import flamegraph, { type FlameGraph, type FrameNode } from "d3-flame-graph";
import { select } from "d3-selection";
import { formatExact } from "../text/units.ts";
import { followWidth } from "./axes.ts";

const FRAME_PX = 19;
/** Narrower frames are not drawn: nobody can read them, and there may be thousands. */
const MIN_FRAME_PX = 1;

export interface FlameEvents {
  /** Names from the root to the zoomed frame; empty without zoom. */
  onZoom(path: readonly string[]): void;
  /** The frame under the pointer or the focus, in words. */
  onDetails(text: string): void;
}

export class FlameChart {
  readonly #host: HTMLElement;
  readonly #events: FlameEvents;
  readonly #chart: FlameGraph;
  readonly #unfollow: () => void;
  #drawn = false;
  #zoomedPath: readonly string[] = [];
  #term = "";

  constructor(host: HTMLElement, events: FlameEvents) {
    this.#host = host;
    this.#events = events;
    this.#chart = flamegraph()
      .width(Math.max(host.clientWidth, 100))
      .cellHeight(FRAME_PX)
      .minFrameSize(MIN_FRAME_PX)
      .transitionDuration(0)
      .inverted(true)
      .sort(true)
      .resetHeightOnZoom(true)
      .title("")
      .setColorMapper((node) => flameColour(node.data.name, node.parent === null, node.highlight === true))
      .label(describe)
      .setDetailsHandler((text) => events.onDetails(text ?? ""))
      .setSearchHandler(() => undefined)
      .setSearchMatch((node, term) => term !== "" && matches(node.data.name, term))
      .onClick((node) => this.#zoomed(node));
    this.#unfollow = followWidth(host, (width) => {
      this.#chart.width(width);
      if (this.#drawn) this.#chart.update();
    });
  }

  /** Shows new data at the same zoom and with the same search. */
  show(root: FlameNode): void {
    if (this.#drawn) {
      this.#chart.update(root);
    } else {
      select(this.#host).datum(root).call(this.#chart);
      this.#drawn = true;
    }
    if (this.#zoomedPath.length > 0) this.#zoomTo(this.#zoomedPath);
    this.#chart.search(this.#term);
    this.#makeFocusable();
  }

  /** Marks the frames whose name contains the term, in any case. */
  search(term: string): void {
    this.#term = term;
    if (!this.#drawn) return;
    this.#chart.search(term);
    this.#makeFocusable();
  }

  resetZoom(): void {
    if (!this.#drawn) return;
    this.#chart.resetZoom();
    this.#zoomedPath = [];
    this.#events.onZoom([]);
    this.#makeFocusable();
  }

  destroy(): void {
    this.#unfollow();
    if (this.#drawn) this.#chart.destroy();
  }

  #zoomTo(path: readonly string[]): void {
    const root = select<HTMLElement, FrameNode>(this.#host).datum();
    const node = findByPath(root, path);
    if (node === undefined) this.resetZoom();
    else this.#chart.zoomTo(node);
  }

  #zoomed(node: FrameNode): void {
    this.#zoomedPath = node.parent ? pathOf(node) : [];
    this.#events.onZoom(this.#zoomedPath);
    this.#makeFocusable();
  }

  /** The library knows the mouse only; Tab, Enter and the details line make it usable without. */
  #makeFocusable(): void {
    for (const frame of this.#host.querySelectorAll<SVGGElement>("g.frame")) {
      frame.setAttribute("tabindex", "0");
      frame.setAttribute("role", "button");
      frame.setAttribute("aria-label", frame.querySelector("title")?.textContent ?? "");
      frame.onkeydown = (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        frame.dispatchEvent(new MouseEvent("click"));
      };
      frame.onfocus = () => this.#events.onDetails(frame.getAttribute("aria-label") ?? "");
    }
  }
}

function describe(node: FrameNode): string {
  const share = 100 * (node.x1 - node.x0);
  return `${node.data.name} — ${formatExact(node.data.value)} (${share.toFixed(1)} %)`;
}

/** Warm hues by name, so that a function looks the same wherever it stands; dark text is readable on all of them. */
function flameColour(name: string, isRoot: boolean, isFound: boolean): string {
  if (isFound) return "#c4a1ff";
  if (isRoot) return "#c9ced6";
  let hash = 0;
  for (let i = 0; i < name.length; i++) hash = (hash * 31 + name.charCodeAt(i)) >>> 0;
  return `hsl(${14 + (hash % 37)} ${72 + ((hash >>> 6) % 14)}% ${60 + ((hash >>> 10) % 13)}%)`;
}

function matches(name: string, term: string): boolean {
  return name.toLowerCase().includes(term.toLowerCase());
}

/** Names from below the root down to this frame. */
function pathOf(node: FrameNode): string[] {
  const names: string[] = [];
  for (let at: FrameNode = node; at.parent; at = at.parent) names.unshift(at.data.name);
  return names;
}

function findByPath(root: FrameNode, path: readonly string[]): FrameNode | undefined {
  let at: FrameNode | undefined = root;
  for (const name of path) at = at?.children?.find((child) => child.data.name === name);
  return at;
}
