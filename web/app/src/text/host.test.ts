// The header's words about the host, with what agents tell and leave out.
import type { AgentInfo } from "bpflens";
import { expect, test } from "vitest";
import { hostText } from "./host.ts";

test.each<[AgentInfo, string | undefined, string]>([
  [{}, undefined, "live bpftrace maps"],
  [{ version: "0.1.0", bpftraceVersion: "0.17.0" }, "web1", "bpftrace 0.17.0 on web1"],
  [{ bpftraceVersion: "0.17.0" }, undefined, "bpftrace 0.17.0"],
  [{}, "web1", "bpftrace on web1"],
])("%j on %s", (agent, host, text) => {
  expect(hostText(agent, host)).toBe(text);
});
