//! The engine as its users see it: with a real bpftrace, and with a fake one for faults.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests watch processes, say what they skip, and may panic"
)]

mod agent;
mod fake;
mod faults;
mod lab;
mod real;
