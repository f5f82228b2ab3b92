// The ready scripts of web/gallery, bundled into the page.

export interface GalleryScript {
  /** File name without `.bt`. */
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly source: string;
}

/** What a new user finds in the editor: it shows values within two seconds on any host. */
const FIRST_SCRIPT = "syscalls-by-command";

/** Reads the two opening comment lines: `// TITLE` and `// DESCRIPTION`. */
export function readGalleryScript(path: string, source: string): GalleryScript {
  const id = path.slice(path.lastIndexOf("/") + 1).replace(/\.bt$/, "");
  const [title = id, description = ""] = source
    .split("\n", 2)
    .map((line) => (line.startsWith("//") ? line.slice(2).trim() : ""));
  return { id, title: title || id, description, source };
}

/** The script for an empty editor. */
export function firstScript(gallery: readonly GalleryScript[]): string {
  return (gallery.find(({ id }) => id === FIRST_SCRIPT) ?? gallery[0])?.source ?? "";
}

/** All scripts, by title. */
export function loadGallery(): GalleryScript[] {
  const files = import.meta.glob<string>("../../../gallery/*.bt", {
    query: "?raw",
    import: "default",
    eager: true,
  });
  return Object.entries(files)
    .map(([path, source]) => readGalleryScript(path, source))
    .sort((a, b) => a.title.localeCompare(b.title));
}
