// Compares what the plugin uses of @grafana with other releases of these packages: npm run levitate [-- VERSION].

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const version = process.argv[2] ?? "latest";
const target = ["data", "runtime", "schema", "ui"].map((name) => `@grafana/${name}@${version}`).join(",");
const { status } = spawnSync(
  "npx",
  ["--yes", "@grafana/levitate@0.17.2", "is-compatible", "--path", "src/module.ts", "--target", target],
  { cwd: fileURLToPath(new URL("..", import.meta.url)), stdio: "inherit" },
);
process.exit(status ?? 1);
