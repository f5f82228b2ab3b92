// Numbers of the settings: what is typed, in its bounds.

/** The number, kept within the bounds; undefined, which stands for the default, for what is none. */
export function readNumber(text: string, least: number, most: number): number | undefined {
  const number = Number(text);
  if (text.trim() === "" || Number.isNaN(number)) return undefined;
  return Math.min(Math.max(Math.round(number), least), most);
}
