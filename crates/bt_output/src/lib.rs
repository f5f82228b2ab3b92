//! Decodes what `bpftrace -f json` writes into typed events.
