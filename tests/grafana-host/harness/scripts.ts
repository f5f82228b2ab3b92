// Scripts of the specs.

/** Prints nothing, costs nothing, and always has something to show. */
export const TICKS = "interval:ms:100 { @ticks = count(); }\n";

/** Counts the reads of this size that this command does, in each form that a panel can have. */
export function readsOf(comm: string, size: number): string {
  return `BEGIN { printf("COMM,SIZE\\n"); }
tracepoint:syscalls:sys_enter_read /comm == "${comm}" && args->count == ${size}/ {
  @reads = count();
  @sizes = hist(args->count);
  @by[comm, args->count] = count();
  printf("%s,%d\\n", comm, args->count);
}
profile:hz:99 /comm == "${comm}"/ { @stacks[kstack(16)] = count(); }
${TICKS}`;
}
