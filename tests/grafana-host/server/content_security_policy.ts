// The content security policies under which Grafana is run.

/** The template of Grafana's documentation, and what sites make of it that allow less. */
export type PolicyName = "none" | "template" | "wasm-only" | "no-eval";

export function policyHeader(name: PolicyName, nonce: string): string | undefined {
  if (name === "none") return undefined;
  const evaluation = { template: "'unsafe-eval'", "wasm-only": "'wasm-unsafe-eval'", "no-eval": "" }[name];
  return [
    `script-src 'self' ${evaluation} 'unsafe-inline' 'strict-dynamic' 'nonce-${nonce}'`,
    "object-src 'none'",
    "font-src 'self'",
    "style-src 'self' 'unsafe-inline' blob:",
    "img-src * data:",
    "base-uri 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "media-src 'none'",
    "form-action 'self'",
  ].join(";");
}
