// The line below the header that says why nothing moves: no token, wrong token, or no answer.

interface BannerProps {
  readonly text: string | undefined;
}

/** Always in the document, so that screen readers announce its text when it appears. */
export function Banner({ text }: BannerProps) {
  return (
    <div role="status" aria-live="polite">
      {text !== undefined && (
        <div class="banner" data-testid="banner">
          <span aria-hidden="true">⚠</span>
          <span>{text}</span>
        </div>
      )}
    </div>
  );
}
