// A labelled list to choose one of a few values from.

interface ChoiceProps<Value extends string | number> {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly (readonly [value: Value, text: string])[];
  /** Inside a card, where everything is smaller. */
  readonly small?: boolean;
  readonly testId?: string;
  onChoose(value: Value): void;
}

export function Choice<Value extends string | number>(props: ChoiceProps<Value>) {
  const { label, value, options, small = false, testId, onChoose } = props;
  return (
    <label class={small ? "field small" : "field"}>
      {label}
      <select
        value={value}
        data-testid={testId}
        onChange={(event) => {
          // The browser knows values as text only.
          const chosen = options.find(([option]) => String(option) === event.currentTarget.value);
          if (chosen !== undefined) onChoose(chosen[0]);
        }}
      >
        {options.map(([option, text]) => (
          <option key={option} value={option}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}
