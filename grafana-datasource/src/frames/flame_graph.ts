// Flame graphs in the nested-set form of Grafana's panel: well-formed also before the first stack.

import { type DataFrame, FieldType } from "@grafana/data";
import type { FlameTable } from "bpflens";
import { frame, numberField } from "./fields";

export function flameGraphFrame(refId: string, name: string, flame: FlameTable, unit: string): DataFrame {
  return frame(
    refId,
    [
      numberField("level", flame.levels),
      numberField("value", flame.values, { unit }),
      numberField("self", flame.selfs, { unit }),
      { name: "label", type: FieldType.string, config: {}, values: flame.labels },
    ],
    { name, meta: { preferredVisualisationType: "flamegraph" } },
  );
}
