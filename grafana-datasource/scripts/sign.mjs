// Signs dist/ for the catalogue of Grafana plugins: npm run sign [-- OPTIONS OF @grafana/sign-plugin].

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("..", import.meta.url));

if (!process.env.GRAFANA_ACCESS_POLICY_TOKEN) {
  fail(
    "GRAFANA_ACCESS_POLICY_TOKEN is not set. Make a token with the scope plugins:write at grafana.com (My account, " +
      "Security, Access policies), or run Grafana with allow_loading_unsigned_plugins = bpflens-bpftrace-datasource.",
  );
}
if (!existsSync(`${folder}dist/plugin.json`)) fail("dist/ is missing: npm run build comes first.");
const { status } = spawnSync("npx", ["--yes", "@grafana/sign-plugin@3.3.3", ...process.argv.slice(2)], {
  cwd: folder,
  stdio: "inherit",
});
process.exit(status ?? 1);

function fail(reason) {
  console.error(`sign: ${reason}`);
  process.exit(1);
}
