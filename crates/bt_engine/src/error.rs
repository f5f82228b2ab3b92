//! Why the engine refuses something, each with what to do about it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use bt_analysis::analyse;
use bt_catalog::Version;
use bt_metrics::control::{self, Diagnostic, Metadata, Status};

use crate::snapshot::metadata;
use crate::{ScriptId, timestamp};

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
    /// A refusal that is not about the text of the script.
    pub fn because(error: impl Into<String>) -> Refused {
        Refused { error: error.into(), diagnostics: Vec::new() }
    }

    /// The script as PCP's agent describes one that it refused: with an id that no script has, and an error.
    pub fn to_control(&self, code: &str, user: Option<&str>) -> control::Script {
        let now = timestamp::iso8601(crate::clock::unix_millis());
        let annotations = analyse(code, Version::NEWEST).facts.annotations;
        control::Script {
            // Without random numbers the id would still be no other script's.
            script_id: ScriptId::random().map_or_else(|_| format!("s{:032x}", 0), |id| id.to_string()),
            username: user.map(Into::into),
            persistent: false,
            created_at: now.clone(),
            last_accessed_at: now,
            code: code.into(),
            metadata: Metadata { name: annotations.name.clone(), ..metadata(&annotations) },
            variables: BTreeMap::new(),
            state: control::State {
                status: Status::Error,
                pid: -1,
                exit_code: 0,
                error: self.error.clone(),
                probes: 0,
                data_bytes: 0,
            },
            leases: None,
        }
    }
}

/// Why a command about a script was not carried out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CommandError {
    /// No script has this id or name; it may have expired.
    #[error("there is no script {id}: it may have expired, register it again")]
    UnknownScript {
        /// The id or name.
        id: String,
    },
    /// It is a script of the agent's own that no client has registered.
    #[error("script {id} is an autostart script, which no client has registered: stop it instead")]
    NoLease {
        /// The id or name.
        id: String,
    },
    /// The process could not be started.
    #[error("{reason}")]
    NotStarted {
        /// Why, with what to do about it.
        reason: String,
    },
    /// The engine has been shut down.
    #[error("the engine has been shut down")]
    Down,
}
