// Unit tests run in Node on the real WebAssembly core; what needs a browser is in tests/grafana-host.
import { createRequire } from "node:module";
import { defineConfig } from "vitest/config";

const { resolve } = createRequire(import.meta.url);

export default defineConfig({
  // Its ES modules import names from CommonJS packages, which bundlers allow and Node does not.
  resolve: { alias: { "@grafana/data": resolve("@grafana/data") } },
  test: { include: ["src/**/*.test.ts", "src/**/*.test.tsx"] },
});
