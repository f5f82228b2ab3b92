//! What the handles ask of the supervisor.

use std::sync::Arc;

use bt_analysis::Facts;
use bt_metrics::control::Diagnostic;
use tokio::sync::oneshot;

use crate::{CommandError, Refused, ScriptSnapshot};

/// Where an answer goes. Whoever asked may have left: then nobody needs it.
pub(crate) type Reply<T> = oneshot::Sender<T>;

/// One command, with where its answer goes.
pub(crate) enum Command {
    Register {
        registration: Box<Registration>,
        reply: Reply<Result<Arc<ScriptSnapshot>, Refused>>,
    },
    Deregister {
        id: String,
        reply: Reply<Result<(), CommandError>>,
    },
    Abandon {
        id: String,
        reply: Reply<Result<(), CommandError>>,
    },
    Start {
        id: String,
        reply: Reply<Result<(), CommandError>>,
    },
    Stop {
        id: String,
        reply: Reply<Result<(), CommandError>>,
    },
    /// The configuration has changed; whoever waits for a time has to look again.
    Reconfigured,
    Shutdown {
        reply: Reply<()>,
    },
}

/// A script that analysis has passed.
pub(crate) struct Registration {
    pub(crate) code: String,
    pub(crate) user: Option<String>,
    /// The name that a script of the agent's own gets, whatever its text says.
    pub(crate) autostart: Option<String>,
    pub(crate) facts: Facts,
    pub(crate) diagnostics: Vec<Diagnostic>,
}
