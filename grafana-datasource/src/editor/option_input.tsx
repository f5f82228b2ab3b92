// A text field of an option: what is typed becomes the query's when the field is left or Enter is pressed.

import { AutoSizeInput } from "@grafana/ui";
import { type ComponentProps, useRef } from "react";

interface Props
  extends Omit<ComponentProps<typeof AutoSizeInput>, "value" | "defaultValue" | "onCommitChange"> {
  readonly value: string | number;
  /** Called with a text that differs from the value. */
  onCommit(text: string): void;
}

/**
 * Grafana's field goes on with the value that it began with, in 11.1 whatever it is given later, and commits that when it
 * is left: a query that was changed elsewhere would get its old value back. So another value needs another field.
 */
export function OptionInput({ value, onCommit, ...rest }: Props) {
  const known = useRef(String(value));
  const generation = useRef(0);
  if (known.current !== String(value)) {
    known.current = String(value);
    generation.current += 1;
  }
  return (
    <AutoSizeInput
      {...rest}
      key={generation.current}
      defaultValue={value}
      onCommitChange={(event) => {
        const text = event.currentTarget.value;
        if (text === known.current) return;
        known.current = text;
        onCommit(text);
      }}
    />
  );
}
