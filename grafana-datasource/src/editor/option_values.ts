// What the options of a query offer, and how what is typed there is read.

import type { SelectableValue } from "@grafana/data";
import { MAX_TOP_K } from "../query/model";

/**
 * Also what is chosen and not in the script (any more): it must be seen to be taken away. `expand` gives the maps that a
 * choice names, which may be by a variable of the dashboard.
 */
export function mapOptions(
  offered: readonly string[],
  chosen: readonly string[],
  expand: (choice: string) => readonly string[],
): SelectableValue<string>[] {
  const isThere = (choice: string) => expand(choice).some((map) => offered.includes(map));
  const others = chosen.filter((choice) => !offered.includes(choice));
  return [
    ...offered.map((map) => ({ value: map, label: map })),
    ...others.map((choice) => ({
      value: choice,
      label: isThere(choice) ? choice : `${choice} (not in the script)`,
    })),
  ];
}

/** A number that a query can have; undefined, the default, for what is none. */
export function readTopK(text: string): number | undefined {
  const number = Math.round(Number(text));
  return text.trim() !== "" && number >= 1 ? Math.min(number, MAX_TOP_K) : undefined;
}
