//! The PCP agent `pmdabpftrace`.

#![forbid(unsafe_code)]

fn main() {}
