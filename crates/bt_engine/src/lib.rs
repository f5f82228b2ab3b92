//! Supervises bpftrace processes and publishes what they print.
