"""Reads a stream as PCP's Python agent does, which must be installed, and says how many MB/s it takes."""
import sys
import time

sys.path.insert(0, "/var/lib/pcp/pmdas/bpftrace")
from bpftrace.models import RuntimeInfo, Script  # noqa: E402
from bpftrace.parser import process_bpftrace_output  # noqa: E402

lines = sys.stdin.buffer.read().splitlines(keepends=True)
size = sum(map(len, lines))
best = float("inf")
end = time.perf_counter() + 1
while time.perf_counter() < end:
    script = Script("")
    runtime = RuntimeInfo()
    start = time.perf_counter()
    for line in lines:
        process_bpftrace_output(runtime, script, line.decode("utf-8"))
    best = min(best, time.perf_counter() - start)
print(size / 1e6 / best)
