// Says why a panel shows less than its query asks for, or nothing at all.

import type { Choice } from "./choice";

/** What each format draws, and from what. */
const FORMATS: Readonly<Record<Choice["format"], { readonly name: string; readonly needs: string }>> = {
  timeseries: { name: "a time series", needs: "a map of numbers, as @reads = count()" },
  heatmap: { name: "a heat map", needs: "a histogram, as @sizes = hist(args->count)" },
  table: { name: "a table", needs: "a map" },
  csvtable: { name: "a CSV table", needs: 'lines that the script prints, as printf("%s,%d\\n", comm, pid)' },
  flamegraph: { name: "a flame graph", needs: "a map with a stack as its key, as @stacks[kstack] = count()" },
};

/** Of a script whose metrics are known. */
export function explanations({ format, metrics, leftOut, missing }: Choice): string[] {
  const { name, needs } = FORMATS[format];
  const texts: string[] = [];
  if (missing.length > 0)
    texts.push(
      `The script has no ${missing.join(", ")}. Choose maps in the query that it has, or none for all.`,
    );
  if (metrics.length === 0 && missing.length === 0)
    texts.push(
      `${leftOut.join(", ") || "Nothing of the script"} cannot be drawn as ${name}, which needs ${needs}.`,
    );
  else if (leftOut.length > 0)
    texts.push(`Not shown as ${name}: ${leftOut.join(", ")}. Choose a map or a format in the query.`);
  return texts;
}
