// Says in words what the page looks at: whose maps, and made by which bpftrace.

/** Versions of the host's parts, as far as they are known. */
export interface AgentVersions {
  readonly version?: string;
  readonly bpftraceVersion?: string;
}

/** For the header; before the first answer it says what the page is for. */
export function hostText({ bpftraceVersion }: AgentVersions, host: string | undefined): string {
  const bpftrace = bpftraceVersion ? `bpftrace ${bpftraceVersion}` : "bpftrace";
  if (host !== undefined) return `${bpftrace} on ${host}`;
  return bpftraceVersion ? bpftrace : "live bpftrace maps";
}
