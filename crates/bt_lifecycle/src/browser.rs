//! The browser side: the connection to a host, the script of each panel, and when to ask for values.
//!
//! Three machines, each with one transition function. They know nothing of requests and answers: whoever drives them
//! translates. Times are milliseconds since 1970.

mod backoff;
mod connection;
mod poll;
#[cfg(test)]
mod simulation;
mod split_mix;
mod target;

pub use backoff::Backoff;
pub use connection::{Connection, ConnectionEffect, ConnectionEvent};
pub use poll::Poll;
pub use target::{Lease, Target, TargetEffect, TargetEvent, TargetState};
