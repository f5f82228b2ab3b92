// Grafana's own flame graph, of the first frame.

import { FlameGraph } from "@grafana/flamegraph";
import * as React from "react";
import type { PanelContentProps } from "./panel.tsx";

export function FlameGraphPanel({
  data,
  theme,
  width,
  height,
}: PanelContentProps): React.ReactElement | null {
  const getTheme = React.useCallback(() => theme, [theme]);
  const [frame] = data.series;
  if (frame === undefined) return null;
  return (
    <div style={{ width, height, overflow: "auto" }}>
      <FlameGraph data={frame} getTheme={getTheme} disableCollapsing />
    </div>
  );
}
