// Unit tests run in Node on the real WebAssembly core; what needs a browser is in tests/grafana-host.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { include: ["src/**/*.test.ts", "src/**/*.test.tsx"] },
});
