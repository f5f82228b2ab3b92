// Plain arrays of a frame's numbers: the form that chart libraries and Grafana take.

/** The numbers as an array, with `null` for NaN: a gap. */
export function withGaps(values: Float64Array): (number | null)[] {
  const plain = new Array<number | null>(values.length);
  values.forEach((value, place) => {
    plain[place] = Number.isNaN(value) ? null : value;
  });
  return plain;
}

/** The numbers as an array; NaN stays NaN. */
export function toArray(values: Float64Array): number[] {
  return Array.from(values);
}
