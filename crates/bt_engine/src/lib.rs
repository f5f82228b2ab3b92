//! Supervises bpftrace processes and publishes what they print.
//!
//! One supervisor owns every script and process; it runs on a thread of its own. Commands reach it through an
//! [`Engine`] handle; readers take immutable snapshots ([`Engine::scripts`]) and never wait, neither for the
//! supervisor nor for bpftrace. A binary that uses this crate must call [`guard::run`] when its first argument is
//! [`guard::COMMAND`].

#![forbid(unsafe_code)]
#![expect(clippy::disallowed_methods, reason = "the engine is where processes, clock and threads belong")]

mod clock;
mod command;
mod config;
mod domain;
mod engine;
mod error;
mod events;
mod findings;
pub mod guard;
mod help;
pub mod host;
mod metrics;
pub mod namespace;
mod numbering;
mod output_text;
mod own_prints;
mod process;
mod rest;
mod script;
mod slots;
mod snapshot;
mod supervisor;
mod timestamp;
mod values;
mod version;

pub use config::{EngineConfig, Guard};
pub use engine::Engine;
pub use error::{CommandError, Refused, StartError};
pub use metrics::key_part;
pub use snapshot::{MetricSnapshot, ScriptId, ScriptSnapshot, ScriptTable};
pub use version::{probe_version, probe_version_guarded, probe_version_within};
