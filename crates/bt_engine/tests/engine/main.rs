//! The engine as its users see it: with a real bpftrace, and with a fake one for faults.
#![expect(clippy::disallowed_methods, clippy::print_stderr, reason = "the tests watch processes")]

mod faults;
mod lab;
mod real;
