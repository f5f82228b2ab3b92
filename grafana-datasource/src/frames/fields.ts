// Builds the fields of frames: always plain arrays, which Grafana can also write as JSON (inspector, snapshots).

import { type DataFrame, type Field, type FieldConfig, FieldType } from "@grafana/data";

export function timeField(values: number[], name = "time"): Field {
  return { name, type: FieldType.time, config: {}, values };
}

export function numberField(name: string, values: (number | null)[], config: FieldConfig = {}): Field {
  return { name, type: FieldType.number, config, values };
}

export function textField(name: string, values: (string | null)[], config: FieldConfig = {}): Field {
  return { name, type: FieldType.string, config, values };
}

export function frame(refId: string, fields: Field[], rest: Partial<DataFrame> = {}): DataFrame {
  return { refId, ...rest, fields, length: fields[0]?.values.length ?? 0 };
}
