// Two test projects: `unit` runs anywhere, `e2e` needs root, bpftrace and Chromium.
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  resolve: {
    alias: {
      bpflens: folder("./src/index.ts"),
      "playwright-core": folder("./node_modules/playwright-core/index.mjs"),
    },
  },
  test: {
    projects: [
      {
        extends: true,
        test: { name: "unit", include: ["src/**/*.test.ts", "app/src/**/*.test.ts", "tests/**/*.test.ts"] },
      },
      {
        extends: true,
        test: {
          name: "e2e",
          root: folder("../tests/e2e"),
          include: ["**/*.spec.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // As patient as `waitFor` of the specs: one second is short where bpftrace, Chromium and a build share a machine.
          expect: { poll: { timeout: 40_000 } },
          // One server, one browser and one kernel: the specs take turns.
          fileParallelism: false,
        },
      },
    ],
  },
});
