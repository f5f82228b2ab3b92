// The ready scripts of web/gallery, bundled into the page.

export interface GalleryScript {
  /** File name without `.bt`. */
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly source: string;
}

/** Reads the two opening comment lines: `// TITLE` and `// DESCRIPTION`. */
export function readGalleryScript(path: string, source: string): GalleryScript {
  const id = path.slice(path.lastIndexOf("/") + 1).replace(/\.bt$/, "");
  const [title = id, description = ""] = source
    .split("\n", 2)
    .map((line) => (line.startsWith("//") ? line.slice(2).trim() : ""));
  return { id, title: title || id, description, source };
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
