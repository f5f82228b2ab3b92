// Replaces dashboard variables in texts: `$name`, `${name}`, `${name:format}` and `[[name]]`.

import type { ScopedVars, TimeRange, TypedVariableModel } from "@grafana/data";
import type { TemplateSrv } from "@grafana/runtime";

const REFERENCE = /\$(\w+)|\$\{(\w+)(?::(\w+))?\}|\[\[(\w+)(?::(\w+))?\]\]/g;

export type VariableValue = string | readonly string[];
type Format = string | ((value: VariableValue) => string);

export class TemplateService implements TemplateSrv {
  readonly #values = new Map<string, VariableValue>();

  set(name: string, value: VariableValue): void {
    this.#values.set(name, value);
  }

  value(name: string): VariableValue | undefined {
    return this.#values.get(name);
  }

  getVariables(): TypedVariableModel[] {
    return [...this.#values].map(
      ([name, value]) => ({ name, type: "custom", current: { value } }) as unknown as TypedVariableModel,
    );
  }

  replace(text?: string, scoped?: ScopedVars, format?: Format): string {
    return (text ?? "").replace(
      REFERENCE,
      (whole, plain, braced, bracedFormat, bracketed, bracketedFormat) => {
        const name = plain ?? braced ?? bracketed;
        const value = scoped?.[name]?.value ?? this.#values.get(name);
        return value === undefined ? whole : formatted(value, bracedFormat ?? bracketedFormat ?? format);
      },
    );
  }

  containsTemplate(text?: string): boolean {
    return text?.match(REFERENCE)?.some((reference) => this.replace(reference) !== reference) ?? false;
  }

  updateTimeRange(_range: TimeRange): void {}
}

function formatted(value: VariableValue | number | boolean, format?: Format): string {
  if (typeof format === "function") return format(typeof value === "object" ? value : String(value));
  if (typeof value !== "object") return String(value);
  if (format === "csv" || format === "raw") return value.join(",");
  if (format === "pipe" || format === "regex") return value.join("|");
  return value.length === 1 ? String(value[0]) : `{${value.join(",")}}`;
}
