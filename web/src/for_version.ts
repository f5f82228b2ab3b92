// Asks the core about the language of a host's bpftrace, whatever that host says its version is.

/**
 * What `ask` returns for this version of bpftrace; where there is none, or none that the core can read (`unknown`, a
 * development build), for the newest language that the core knows.
 */
export function forVersion<T>(version: string | undefined, ask: (targetVersion?: string) => T): T {
  if (version === undefined) return ask();
  try {
    return ask(version);
  } catch {
    return ask();
  }
}
