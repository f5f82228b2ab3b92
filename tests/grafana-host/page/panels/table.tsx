// Grafana's own table, of the first frame.

import { Table } from "@grafana/ui";
import * as React from "react";
import type { PanelContentProps } from "./panel.tsx";

export function TablePanel({ data, width, height }: PanelContentProps): React.ReactElement | null {
  const [frame] = data.series;
  return frame ? <Table data={frame} width={width} height={height} /> : null;
}
