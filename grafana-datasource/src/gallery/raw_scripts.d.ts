// Scripts as text; webpack and vitest both read them so.

declare module "*.bt?raw" {
  const source: string;
  export default source;
}
