// Says in words what the page looks at: whose maps, and made by which bpftrace.

import type { AgentInfo } from "bpflens";

/** For the header; before the first answer it says what the page is for. */
export function hostText({ bpftraceVersion }: AgentInfo, host: string | undefined): string {
  const bpftrace = bpftraceVersion ? `bpftrace ${bpftraceVersion}` : "bpftrace";
  if (host !== undefined) return `${bpftrace} on ${host}`;
  return bpftraceVersion ? bpftrace : "live bpftrace maps";
}
