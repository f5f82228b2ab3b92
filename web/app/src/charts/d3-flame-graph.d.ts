// The part of d3-flame-graph that is used; the package ships no types.

declare module "d3-flame-graph" {
  import type { Selection } from "d3-selection";

  /** A frame as laid out: `x0` and `x1` are shares of the whole width. */
  export interface FrameNode {
    readonly data: { readonly name: string; readonly value: number };
    readonly parent: FrameNode | null;
    readonly children?: readonly FrameNode[];
    readonly x0: number;
    readonly x1: number;
  }

  interface Data {
    readonly name: string;
    readonly value: number;
    readonly children: Data[];
  }

  export interface FlameGraph {
    // As d3 calls it: with a selection of whatever element and data it has.
    <E extends Element, D extends Data>(selection: Selection<E, D, null, undefined>): void;
    width(pixels: number): this;
    cellHeight(pixels: number): this;
    minFrameSize(pixels: number): this;
    transitionDuration(millis: number): this;
    inverted(on: boolean): this;
    sort(on: boolean): this;
    resetHeightOnZoom(on: boolean): this;
    title(text: string): this;
    label(describe: (node: FrameNode) => string): this;
    setDetailsHandler(handler: (text: string | null) => void): this;
    setSearchHandler(handler: () => void): this;
    setSearchMatch(matches: (node: FrameNode, term: string) => boolean): this;
    setColorMapper(mapper: (node: FrameNode & { highlight?: boolean }, original: string) => string): this;
    onClick(handler: (node: FrameNode) => void): this;
    update(data?: Data): this;
    search(term: string): void;
    zoomTo(node: FrameNode): void;
    resetZoom(): void;
    destroy(): this;
  }

  export default function flamegraph(): FlameGraph;
}
