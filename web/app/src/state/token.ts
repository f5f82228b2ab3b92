// Takes the access token out of the address and keeps it for this tab only.

const KEY = "bpflens.token";

/**
 * The token of `?token=…`, else the one this tab already had.
 *
 * `shownAddress` is the address without the token, so that it does not end up in bookmarks or screenshots.
 */
export function takeToken(
  address: string,
  storage: Storage,
): { token: string | undefined; shownAddress: string } {
  const url = new URL(address);
  const given = url.searchParams.get("token");
  url.searchParams.delete("token");
  if (given) keep(storage, given);
  return { token: given || kept(storage), shownAddress: url.href };
}

function keep(storage: Storage, token: string): void {
  try {
    storage.setItem(KEY, token);
  } catch {
    return; // Without storage the token lasts until the next reload.
  }
}

function kept(storage: Storage): string | undefined {
  try {
    return storage.getItem(KEY) ?? undefined;
  } catch {
    return undefined;
  }
}
