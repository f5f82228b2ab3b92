//! A safe toolkit for PCP agents (PMDAs).
//!
//! An agent implements [`Agent`], [`connect`]s to the pmcd that started it, and [`Connection::serve`]s. Words are
//! PCP's: a metric has a number ([`PmId`]) and a descriptor ([`Desc`]), and either one value or instances, which
//! belong to an instance domain ([`InDom`]).
//!
//! Together with `pcp_sys` this is the only crate of the workspace with unsafe code; no other needs any for an agent.

#![expect(clippy::disallowed_methods, reason = "an agent reads pmcd's configuration")]

mod agent;
mod c_memory;
mod c_result;
mod callbacks;
#[cfg(feature = "client")]
pub mod client;
mod config;
mod connection;
mod desc;
mod error;
mod id;
pub mod log;
mod memory;
mod profile;
mod result;
mod serving;
mod units;

pub use agent::{Agent, Attribute, Child, LabelTarget, Subject};
pub use config::config;
pub use connection::{ConnectError, Connection, End, Setup, connect};
pub use desc::{Desc, Semantics, Value, ValueType};
pub use error::PmError;
pub use id::{ContextId, InDom, PmId};
pub use memory::release_memory;
pub use profile::{Profile, Wanted};
pub use result::MetricResult;
pub use units::Units;
