// Two projects that both need root, bpftrace, PCP and Chromium: `specs`, and `bench`, which measures.

import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const common = {
  testTimeout: 120_000,
  hookTimeout: 120_000,
};

export default defineConfig({
  resolve: {
    // The harness of tests/e2e, which is used here too, has no packages of its own.
    alias: { "playwright-core": folder("./node_modules/playwright-core/index.mjs") },
  },
  test: {
    projects: [
      // Each file has its own PCP and browser, and mostly waits for the next poll.
      { extends: true, test: { ...common, name: "specs", include: ["specs/**/*.spec.ts"], maxWorkers: 3 } },
      // Whoever measures wants to be alone.
      {
        extends: true,
        test: { ...common, name: "bench", include: ["bench/**/*.bench.ts"], fileParallelism: false },
      },
    ],
  },
});
