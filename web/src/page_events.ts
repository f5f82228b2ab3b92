// Tells when the page is hidden, shown, left, and come back to; silent where there is no page.

/** What happens to a page. */
export interface PageEvents {
  /** It is closed or left; it may come back. */
  goesAway: () => void;
  /** It comes back from the back/forward cache. */
  isBack: () => void;
  /** Whether it can be seen; called at once if it cannot. */
  isVisible: (visible: boolean) => void;
}

/** Listens until `signal` is aborted. */
export function watchPage(signal: AbortSignal, events: PageEvents): void {
  if (typeof window === "undefined" || typeof document === "undefined") return;
  const { goesAway, isBack, isVisible } = events;
  window.addEventListener("pagehide", goesAway, { signal });
  window.addEventListener("pageshow", ({ persisted }) => persisted && isBack(), { signal });
  document.addEventListener("visibilitychange", () => isVisible(!document.hidden), { signal });
  if (document.hidden) isVisible(false);
}
