//! The browser side: the connection to a host, what the panels show, their scripts there, and when to ask for values.
//!
//! Machines with one transition function each; [`Subscriptions`] joins those of panels and scripts. They know nothing of
//! requests and answers: whoever drives them translates. Times are milliseconds of a clock that does not go back.

mod backoff;
mod connection;
mod poll;
mod registration;
#[cfg(test)]
mod simulation;
mod split_mix;
#[cfg(test)]
mod state_table;
mod subscriptions;
mod target;
mod visibility;

pub use backoff::Backoff;
pub use connection::{Connection, ConnectionEffect, ConnectionEvent};
pub use poll::Poll;
pub use registration::{Lease, Registration, RegistrationEffect, RegistrationEvent, RegistrationState};
pub use subscriptions::{SubscriptionEffect, Subscriptions};
pub use target::{Draft, ScriptText, Shown, Target, TargetEffect, TargetEvent};
pub use visibility::Visibility;
