//! What people are told: about the connection, the agent, and each target.

use bt_lifecycle::browser::{Connection, TargetState};
use bt_metrics::pmwebapi::{ContextReply, FetchReply};
use bt_metrics::{AGENT_BPFTRACE_VERSION, AGENT_VERSION, control};
use serde::Serialize;
use tsify::Tsify;

use super::Session;

/// The connection to the host.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct ConnectionView {
    /// What it is doing.
    pub state: ConnectionState,
    /// Why it is lost.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Milliseconds until the next attempt, as of the last tick.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_in_millis: Option<f64>,
    /// Number of the open context.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context: Option<u32>,
    /// Name of the host that answered last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
}

/// What the connection is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "lowercase")]
pub enum ConnectionState {
    /// The first attempt is under way.
    Connecting,
    /// The host answers.
    Connected,
    /// The host does not answer; attempts go on.
    Disconnected,
}

/// Versions at the host.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct AgentInfo {
    /// Version of the agent, if it tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Version of its bpftrace, if it tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bpftrace_version: Option<String>,
}

/// What the script of a target does.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
#[serde(tag = "state", rename_all = "lowercase", rename_all_fields = "camelCase")]
pub enum TargetStatus {
    /// No script.
    Idle,
    /// A script that is still being typed; it starts when typing has paused.
    Typing {
        /// Time until then.
        starts_in_millis: f64,
    },
    /// Analysis found errors in it, so it does not start. The version before goes on being shown.
    Invalid {
        /// The first error.
        message: String,
        /// All findings.
        diagnostics: Vec<HostDiagnostic>,
    },
    /// The host is asked to run it.
    Registering {
        /// Time since it was asked for.
        elapsed_millis: f64,
    },
    /// The host starts bpftrace.
    Starting {
        /// Time since it was asked for.
        elapsed_millis: f64,
    },
    /// Its probes are attached.
    Running {
        /// Number of attached probes.
        probes: u32,
        /// Events that bpftrace lost.
        lost_events: f64,
        /// Bytes that bpftrace has printed.
        data_bytes: f64,
        /// Bytes a second that bpftrace prints.
        bytes_per_second: f64,
        /// Time since it was asked for.
        elapsed_millis: f64,
        /// Whether a value has arrived.
        has_data: bool,
        /// Process id of bpftrace.
        pid: i32,
        /// Targets that show this script, with this one.
        shared_by: u32,
    },
    /// It is being given back.
    Stopping,
    /// Its process ended by itself.
    Stopped {
        /// Exit code of the process.
        exit_code: i32,
    },
    /// It was refused, or its process failed.
    Error {
        /// Why.
        message: String,
        /// Findings of the host.
        diagnostics: Vec<HostDiagnostic>,
    },
}

/// A finding of the host about the script as it was sent.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct HostDiagnostic {
    /// `error`, `warning` or `info`.
    #[tsify(type = "\"error\" | \"warning\" | \"info\"")]
    pub severity: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// Line from 1; absent if it concerns the whole script.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// First column from 1, in UTF-16 units.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
    /// Column after the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_column: Option<u32>,
}

impl Session {
    /// The connection as of the last tick.
    pub fn connection(&self) -> ConnectionView {
        let view = |state| ConnectionView {
            state,
            message: None,
            retry_in_millis: None,
            context: None,
            host: self.host.clone(),
        };
        match &self.connection {
            Connection::Idle | Connection::Connecting { message: None, .. } => {
                view(ConnectionState::Connecting)
            }
            // An attempt after a failure is not yet a reason for hope.
            Connection::Connecting { message: Some(message), .. } => ConnectionView {
                message: Some(message.clone()),
                retry_in_millis: Some(0.0),
                ..view(ConnectionState::Disconnected)
            },
            Connection::Connected { context } => {
                ConnectionView { context: Some(*context), ..view(ConnectionState::Connected) }
            }
            Connection::Disconnected { message, retry_at_millis, .. } => ConnectionView {
                message: Some(message.clone()),
                retry_in_millis: Some((retry_at_millis - self.latest_millis).max(0.0)),
                ..view(ConnectionState::Disconnected)
            },
        }
    }

    /// Versions at the host, as far as it told.
    pub fn agent(&self) -> &AgentInfo {
        &self.agent
    }

    /// What the script of `target` does.
    pub fn status(&self, target: &str, now_millis: f64) -> TargetStatus {
        let Some(panel) = self.panels.get(target) else { return TargetStatus::Idle };
        let elapsed = |since_millis: f64| (now_millis - since_millis).max(0.0);
        match &panel.machine.state {
            TargetState::Idle => TargetStatus::Idle,
            TargetState::Registering { since_millis, .. } => {
                TargetStatus::Registering { elapsed_millis: elapsed(*since_millis) }
            }
            TargetState::Starting { since_millis, .. } => {
                TargetStatus::Starting { elapsed_millis: elapsed(*since_millis) }
            }
            TargetState::Running { since_millis, has_data, .. } => {
                let script = panel.current();
                let number = |of: fn(&super::script::Script) -> f64| script.map_or(0.0, of);
                TargetStatus::Running {
                    probes: script.map_or(0, |script| script.probes),
                    lost_events: number(|script| script.lost_events),
                    data_bytes: number(|script| script.data_bytes),
                    bytes_per_second: number(|script| script.bytes_per_second),
                    elapsed_millis: elapsed(*since_millis),
                    has_data: *has_data,
                    pid: script.map_or(-1, |script| script.pid),
                    shared_by: 1,
                }
            }
            TargetState::Stopping { .. } => TargetStatus::Stopping,
            TargetState::Stopped { exit_code, .. } => TargetStatus::Stopped { exit_code: *exit_code },
            TargetState::Failed { message } => TargetStatus::Error {
                message: message.clone(),
                diagnostics: panel.diagnostics.iter().map(HostDiagnostic::from).collect(),
            },
        }
    }
}

impl From<&control::Diagnostic> for HostDiagnostic {
    fn from(found: &control::Diagnostic) -> HostDiagnostic {
        HostDiagnostic {
            severity: match found.severity.as_str() {
                "warning" => "warning",
                "info" => "info",
                _ => "error",
            },
            message: found.message.clone(),
            hint: found.hint.clone(),
            line: found.line,
            column: found.column,
            end_column: found.end_column,
        }
    }
}

/// The metrics to know an agent by: PCP's has only the last one.
pub(super) fn agent_metrics() -> [String; 3] {
    [AGENT_VERSION, AGENT_BPFTRACE_VERSION, control::REGISTER].map(str::to_string)
}

/// What an agent tells of itself; `None` without an agent.
pub(super) fn agent_info(reply: &FetchReply) -> Option<AgentInfo> {
    let text = |name: &str| {
        let metric = reply.values.iter().find(|values| values.name == name)?;
        Some(metric.instances.first()?.value.to_text().into_owned()).filter(|text| !text.is_empty())
    };
    let is_there = reply.values.iter().any(|values| values.name == control::REGISTER);
    is_there
        .then(|| AgentInfo { version: text(AGENT_VERSION), bpftrace_version: text(AGENT_BPFTRACE_VERSION) })
}

/// The name of the host that opened a context.
pub(super) fn host_name(reply: &ContextReply) -> Option<String> {
    let names = [reply.labels.get("hostname"), Some(&reply.hostspec), Some(&reply.source)];
    names.into_iter().flatten().find(|name| !name.is_empty()).cloned()
}
