// Finds the tokens of a part of the text.

/** Numbers a token: start, end, kind. */
const STRIDE = 3;

/** Those of `tokens` (ascending, without overlap, as `semanticTokens` lists them) that reach into `from`–`to`. */
export function tokensBetween(tokens: Uint32Array, from: number, to: number): Uint32Array {
  const count = Math.floor(tokens.length / STRIDE);
  const first = firstPlace(count, (place) => (tokens[place * STRIDE + 1] ?? 0) > from);
  const end = firstPlace(count, (place) => (tokens[place * STRIDE] ?? 0) >= to);
  return tokens.subarray(first * STRIDE, Math.max(first, end) * STRIDE);
}

/** The first place below `count` from which on the condition holds, by halving; `count` if it never does. */
function firstPlace(count: number, holds: (place: number) => boolean): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
