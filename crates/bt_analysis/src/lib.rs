//! Facts, diagnostics and the instrumented text of a bpftrace script.
