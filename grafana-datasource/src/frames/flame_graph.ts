// Flame graphs in the nested-set form of Grafana's panel: well-formed also before the first stack.

import { type DataFrame, FieldType } from "@grafana/data";
import { type FlameTable, toArray } from "bpflens";
import { frame, numberField } from "./fields";

export function flameGraphFrame(refId: string, name: string, flame: FlameTable, unit: string): DataFrame {
  return frame(
    refId,
    [
      numberField("level", toArray(flame.levels)),
      numberField("value", toArray(flame.values), { unit }),
      numberField("self", toArray(flame.selfs), { unit }),
      { name: "label", type: FieldType.string, config: {}, values: flame.labels },
    ],
    { name, meta: { preferredVisualisationType: "flamegraph" } },
  );
}
