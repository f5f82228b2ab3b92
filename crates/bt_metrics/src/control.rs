//! The JSON of `bpftrace.control.*` and `bpftrace.info.scripts_json`, as PCP's bpftrace PMDA writes it.
//!
//! Our own additions are optional fields, so that either side may be PCP's.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Pmid;

/// Metric to store a script's text to.
pub const REGISTER: &str = "bpftrace.control.register";
/// Metric to store a script id to: returns one lease.
pub const DEREGISTER: &str = "bpftrace.control.deregister";
/// Metric to store a script id to: starts a stopped script.
pub const START: &str = "bpftrace.control.start";
/// Metric to store a script id to: stops the process, keeps the script.
pub const STOP: &str = "bpftrace.control.stop";

/// A metric of `bpftrace.control`: what is stored to it is a command, what is fetched is the reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Control {
    /// See [`REGISTER`].
    Register,
    /// See [`DEREGISTER`].
    Deregister,
    /// See [`START`].
    Start,
    /// See [`STOP`].
    Stop,
}

impl Control {
    /// In the order of their PMIDs.
    pub const ALL: [Control; 4] = [Control::Register, Control::Deregister, Control::Start, Control::Stop];

    /// The metric's name.
    pub const fn name(self) -> &'static str {
        match self {
            Control::Register => REGISTER,
            Control::Deregister => DEREGISTER,
            Control::Start => START,
            Control::Stop => STOP,
        }
    }

    /// The metric's number.
    pub const fn pmid(self) -> Pmid {
        Pmid::control(self as u32)
    }

    /// The metric of that name.
    pub fn from_name(name: &str) -> Option<Control> {
        Control::ALL.into_iter().find(|control| control.name() == name)
    }

    /// The metric with that number.
    pub fn from_pmid(pmid: Pmid) -> Option<Control> {
        Control::ALL.into_iter().find(|control| control.pmid() == pmid)
    }
}

/// A registered script; also the reply to `register`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Script {
    /// `s` and 32 hexadecimal digits.
    pub script_id: String,
    /// Who registered it; `None` without authentication.
    pub username: Option<String>,
    /// Whether it never expires.
    pub persistent: bool,
    /// ISO 8601, UTC, without zone.
    pub created_at: String,
    /// ISO 8601, UTC, without zone.
    pub last_accessed_at: String,
    /// The text as it was registered.
    pub code: String,
    /// Its annotations.
    pub metadata: Metadata,
    /// Its exported maps by name (`@x`; `@x.count` for a part of `stats()`), and `@output`.
    pub variables: BTreeMap<String, Variable>,
    /// What its process does.
    pub state: State,
    /// Registrations that were not returned yet; PCP's PMDA counts none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leases: Option<u32>,
}

impl Script {
    /// The component of its metric names: the annotation `name`, else the id.
    pub fn metric_component(&self) -> &str {
        self.metadata.name.as_deref().unwrap_or(&self.script_id)
    }
}

/// The annotations of a script.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Metadata {
    /// `// name: x`
    pub name: Option<String>,
    /// `// include: @a, @b`
    pub include: Option<Vec<String>>,
    /// `// table-retain-lines: 10`
    pub table_retain_lines: Option<u32>,
    /// `// custom-output-block`
    pub custom_output_block: bool,
}

/// What a map's metric is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Variable {
    /// Whether it has one value instead of instances.
    pub single: bool,
    /// PCP's `PM_SEM_*` number.
    pub semantics: u8,
    /// PCP's `PM_TYPE_*` number.
    pub datatype: u8,
    /// `histogram`, `stacks`, `output` or nothing.
    pub metrictype: Option<String>,
}

/// What the process of a script does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// See [`Status`].
    pub status: Status,
    /// Process id, -1 without a process.
    pub pid: i32,
    /// Exit code of the last process.
    pub exit_code: i32,
    /// Why it failed; empty otherwise.
    pub error: String,
    /// Attached probes.
    pub probes: u32,
    /// Bytes that the process has printed.
    pub data_bytes: u64,
}

/// The states of PCP's PMDA, by its names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// No process, none wanted.
    Stopped,
    /// The process runs, nothing is attached yet.
    Starting,
    /// Probes are attached.
    Started,
    /// The process was told to end.
    Stopping,
    /// The process failed, or the script was refused.
    Error,
}

impl Status {
    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Status::Stopped => "stopped",
            Status::Starting => "starting",
            Status::Started => "started",
            Status::Stopping => "stopping",
            Status::Error => "error",
        }
    }

    /// Reads [`Self::name`] back.
    pub fn from_name(name: &str) -> Option<Status> {
        [Status::Stopped, Status::Starting, Status::Started, Status::Stopping, Status::Error]
            .into_iter()
            .find(|status| status.name() == name)
    }
}

/// The reply to `deregister`, `start` and `stop`. PCP's PMDA sends the word `"true"`, not a boolean.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// `"true"` or `"false"`.
    pub success: String,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

impl Outcome {
    /// The reply to a command that was carried out, or why it was not.
    pub fn from_result(result: Result<(), String>) -> Outcome {
        Outcome { success: result.is_ok().to_string(), error: result.err() }
    }
}

/// The reply to a `register` that was refused before it became a script.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Refusal {
    /// Why, with what to do about it.
    pub error: String,
    /// What the analysis found, with positions; PCP's PMDA sends none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub diagnostics: Vec<Diagnostic>,
}

/// One entry of a script's `diagnostics` metric (a JSON array): a position is in the text as registered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Diagnostic {
    /// `error`, `warning` or `info`.
    pub severity: String,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// Line from 1; `None` if it concerns the whole script.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// First column from 1, in UTF-16 units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
    /// Column after the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_column: Option<u32>,
}

/// The JSON of one of these. They have string keys only, so that they always serialise.
pub fn json(value: &(impl Serialize + ?Sized)) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_pcps_pmda_writes() {
        let text = r#"{"script_id": "sb134f60a4e8b46a0b1380df2b827a1dc", "username": null, "persistent": true,
            "created_at": "2026-11-22T15:58:28.339163", "last_accessed_at": "2026-11-22T15:58:28.339170",
            "code": "// name: test", "metadata": {"name": "test", "include": null, "table_retain_lines": null,
            "custom_output_block": false}, "variables": {"@": {"single": false, "semantics": 1, "datatype": 3,
            "metrictype": null}, "@output": {"single": true, "semantics": 3, "datatype": 6, "metrictype": "output"}},
            "state": {"status": "starting", "pid": -1, "exit_code": 0, "error": "", "probes": 0, "data_bytes": 0}}"#;
        let script: Script = serde_json::from_str(text).unwrap();
        assert_eq!(script.metric_component(), "test");
        assert_eq!(script.state.status, Status::Starting);
        let again: Script = serde_json::from_str(&serde_json::to_string(&script).unwrap()).unwrap();
        assert_eq!(again, script);
    }

    #[test]
    fn control_metrics_by_name_and_number() {
        for control in Control::ALL {
            assert_eq!(Control::from_name(control.name()), Some(control));
            assert_eq!(Control::from_pmid(control.pmid()), Some(control));
        }
        assert_eq!(Control::Stop.pmid().to_string(), "151.0.3");
        assert_eq!((Control::from_name("bpftrace.control"), Control::from_pmid(Pmid::info(0))), (None, None));
    }

    #[test]
    fn status_names_are_the_serialised_ones() {
        for name in ["stopped", "starting", "started", "stopping", "error"] {
            let status = Status::from_name(name).unwrap();
            assert_eq!(serde_json::to_string(&status).unwrap(), format!("\"{name}\""));
        }
    }
}
