// Describes specs that need root, bpftrace, Chromium, PCP, the built plugin and the built host pages; what is missing is
// named, and a failure in CI.

import { describeEndToEnd } from "../../e2e/harness/requirements.ts";
import { missing } from "../../pcp/private-pcp.mjs";
import { NOT_BUILT } from "./setting.ts";

/** Specs over a private PCP with this agent. */
export function describeWithPcp(name: string, specs: () => void, agent: "rust" | "python" = "rust"): void {
  describeEndToEnd(name, specs, NOT_BUILT ?? missing(agent));
}

/** Specs over `bpflens serve`. */
export function describeWithServe(name: string, specs: () => void): void {
  describeEndToEnd(name, specs, NOT_BUILT);
}
