// Follows the chosen theme and, for "system", the reader's preference.

import { useEffect, useState } from "preact/hooks";
import type { Appearance } from "../charts/palette.ts";
import type { Theme } from "./settings.ts";

/** Which look the page has now; also sets it on the document. */
export function useAppearance(theme: Theme): Appearance {
  const [prefersDark, setPrefersDark] = useState(() => darkQuery().matches);
  useEffect(() => {
    const query = darkQuery();
    const update = () => setPrefersDark(query.matches);
    query.addEventListener("change", update);
    return () => query.removeEventListener("change", update);
  }, []);
  const appearance = theme === "system" ? (prefersDark ? "dark" : "light") : theme;
  // Before the children render: charts read the theme's colours while they draw.
  document.documentElement.dataset.theme = appearance;
  return appearance;
}

function darkQuery(): MediaQueryList {
  return matchMedia("(prefers-color-scheme: dark)");
}
