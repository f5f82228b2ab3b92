// What an editor says about a text before the query with it comes: that somebody typed it, or wants it to run at once.

export type Announcement = "typed" | "run";

/** The text of a hidden query never comes: of more than these the oldest is forgotten, and starts as if it were stored. */
const MAX_ANNOUNCEMENTS = 20;

export class Announcements {
  readonly #byText = new Map<string, Announcement>();

  /** Whoever runs a text has mostly typed it, too: then `run` holds. */
  add(text: string, announcement: Announcement): void {
    const strongest = this.#byText.get(text) === "run" ? "run" : announcement;
    this.#byText.delete(text);
    this.#byText.set(text, strongest);
    const [oldest] = this.#byText.keys();
    if (this.#byText.size > MAX_ANNOUNCEMENTS && oldest !== undefined) this.#byText.delete(oldest);
  }

  /** What was said about the text, once. */
  take(text: string): Announcement | undefined {
    const announcement = this.#byText.get(text);
    this.#byText.delete(text);
    return announcement;
  }
}
