//! What people are told: about the connection, the agent, and each target.

use bt_lifecycle::browser::{Connection, Draft, RegistrationState, Target};
use bt_metrics::pmwebapi::{ContextReply, FetchReply};
use bt_metrics::{AGENT_BPFTRACE_VERSION, AGENT_VERSION, control};
use serde::Serialize;
use tsify::Tsify;

use super::Session;
use super::shared_script::SharedScript;

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
    /// The host is asked to run it, or will be when it is reached and the page is seen.
    Registering {
        /// Time since it was asked for.
        elapsed_millis: f64,
    },
    /// The host starts bpftrace.
    Starting {
        /// Time since it was asked for.
        elapsed_millis: f64,
        /// What the host answers wrongly about it; absent if nothing.
        #[serde(skip_serializing_if = "Option::is_none")]
        trouble: Option<String>,
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
        /// What the host answers wrongly about it, so that values or names are missing; absent if nothing.
        #[serde(skip_serializing_if = "Option::is_none")]
        trouble: Option<String>,
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
            Connection::Connected { context, .. } => {
                ConnectionView { context: Some(*context), ..view(ConnectionState::Connected) }
            }
            Connection::Disconnected { message, retry_at_millis, .. } => ConnectionView {
                message: Some(message.clone()),
                retry_in_millis: Some((retry_at_millis - self.clock.latest_millis()).max(0.0)),
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
        let now_millis = self.clock.at(now_millis);
        let Some(machine) = self.subscriptions.target(target) else { return TargetStatus::Idle };
        match &machine.draft {
            Draft::Typing { due_millis, .. } => {
                TargetStatus::Typing { starts_in_millis: (due_millis - now_millis).max(0.0) }
            }
            Draft::Invalid { .. } => self.invalid_status(target),
            Draft::None | Draft::Checking { .. } => match machine.current() {
                Some(text) => self.script_status(text, now_millis),
                None => self.status_without_script(machine),
            },
        }
    }

    fn invalid_status(&self, target: &str) -> TargetStatus {
        let found = self.invalid_drafts.get(target).map_or(&[][..], Vec::as_slice);
        let error = found.iter().find(|finding| finding.severity == "error");
        let message = error.map_or_else(String::new, |error| match error.line {
            Some(line) => format!("line {line}: {}", error.message),
            None => error.message.clone(),
        });
        TargetStatus::Invalid { message, diagnostics: found.iter().map(HostDiagnostic::from).collect() }
    }

    fn status_without_script(&self, machine: &Target) -> TargetStatus {
        let shown = machine.shown.as_ref().and_then(|shown| self.subscriptions.registration(&shown.text));
        match shown.map(|registration| &registration.state) {
            Some(RegistrationState::Returning { .. }) => TargetStatus::Stopping,
            _ => TargetStatus::Idle,
        }
    }

    fn script_status(&self, text: &str, now_millis: f64) -> TargetStatus {
        let Some(registration) = self.subscriptions.registration(text) else { return TargetStatus::Idle };
        let elapsed = |since_millis: f64| (now_millis - since_millis).max(0.0);
        let trouble = || self.scripts.get(text).and_then(SharedScript::trouble);
        match &registration.state {
            RegistrationState::Idle => TargetStatus::Idle,
            RegistrationState::Parked => TargetStatus::Registering { elapsed_millis: 0.0 },
            RegistrationState::Registering { since_millis } => {
                TargetStatus::Registering { elapsed_millis: elapsed(*since_millis) }
            }
            RegistrationState::Starting { since_millis, .. } => {
                TargetStatus::Starting { elapsed_millis: elapsed(*since_millis), trouble: trouble() }
            }
            RegistrationState::Running { since_millis, has_data, .. } => {
                let script = self.scripts.get(text).and_then(SharedScript::current);
                let number = |of: fn(&super::script::Script) -> f64| script.map_or(0.0, of);
                TargetStatus::Running {
                    probes: script.map_or(0, |script| script.probes),
                    lost_events: number(|script| script.lost_events),
                    data_bytes: number(|script| script.data_bytes),
                    bytes_per_second: number(|script| script.bytes_per_second),
                    elapsed_millis: elapsed(*since_millis),
                    has_data: *has_data,
                    pid: script.map_or(-1, |script| script.pid),
                    shared_by: self.subscriptions.holders(text) as u32,
                    trouble: trouble(),
                }
            }
            RegistrationState::Returning { .. } => TargetStatus::Stopping,
            RegistrationState::Stopped { exit_code, .. } => TargetStatus::Stopped { exit_code: *exit_code },
            RegistrationState::Failed { message } => {
                let diagnostics = self.scripts.get(text).map_or(&[][..], |shared| &shared.diagnostics);
                TargetStatus::Error {
                    message: message.clone(),
                    diagnostics: diagnostics.iter().map(HostDiagnostic::from).collect(),
                }
            }
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
