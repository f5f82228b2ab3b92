// What the options of a query offer, and how what is typed there is read.

import type { SelectableValue } from "@grafana/data";
import { MAX_TOP_K } from "../query/model";

/** Also what is chosen and not in the script (any more): it must be seen to be taken away. */
export function mapOptions(offered: readonly string[], chosen: readonly string[]): SelectableValue<string>[] {
  const gone = chosen.filter((name) => !offered.includes(name));
  return [
    ...offered.map((name) => ({ value: name, label: name })),
    ...gone.map((name) => ({ value: name, label: `${name} (not in the script)` })),
  ];
}

/** A number that a query can have; undefined, the default, for what is none. */
export function readTopK(text: string): number | undefined {
  const number = Math.round(Number(text));
  return text.trim() !== "" && number >= 1 ? Math.min(number, MAX_TOP_K) : undefined;
}
