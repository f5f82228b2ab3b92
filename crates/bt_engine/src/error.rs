//! Why the engine refuses something, each with what to do about it.

use std::path::PathBuf;

use bt_catalog::Version;
use bt_metrics::control::Diagnostic;

/// The first version that reads a script from stdin.
pub(crate) const OLDEST_RUNNABLE: Version = Version::new(0, 12);

/// Why an engine cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// There is no bpftrace.
    #[error("{program} not found: install bpftrace (Debian: apt-get install bpftrace), or say where it is")]
    Missing {
        /// Where it was looked for.
        program: PathBuf,
    },
    /// bpftrace cannot be run.
    #[error("{program} cannot be run: {reason}")]
    NotRunnable {
        /// The path.
        program: PathBuf,
        /// What the system or bpftrace says.
        reason: String,
    },
    /// bpftrace is too old: it cannot read a script from stdin.
    #[error("bpftrace {version} is too old: {} or later is needed", OLDEST_RUNNABLE)]
    TooOld {
        /// What is installed.
        version: Version,
    },
    /// The supervisor could not be started.
    #[error("cannot start the supervisor: {0}")]
    Supervisor(#[source] std::io::Error),
}

/// Why a script was not registered.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{error}")]
pub struct Refused {
    /// Why, in one sentence or the findings of analysis, a line each.
    pub error: String,
    /// The findings of analysis.
    pub diagnostics: Vec<Diagnostic>,
}

impl Refused {
    pub(crate) fn because(error: impl Into<String>) -> Refused {
        Refused { error: error.into(), diagnostics: Vec::new() }
    }
}

/// Why a command about a script was not carried out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CommandError {
    /// No script has this id; it may have expired.
    #[error("there is no script {id}: it may have expired, register it again")]
    UnknownScript {
        /// The id.
        id: String,
    },
    /// The engine has been shut down.
    #[error("the engine has been shut down")]
    Down,
}
