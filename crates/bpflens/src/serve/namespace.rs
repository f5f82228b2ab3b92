//! The metric name space at one moment: which metrics there are, and each one's descriptor and values.
//!
//! Everything is read from published snapshots, so that no answer waits for a bpftrace process.

use std::sync::Arc;

use bt_engine::{MetricSnapshot, ScriptSnapshot, ScriptTable};
use bt_metrics::{
    AGENT_BPFTRACE_VERSION, AGENT_VERSION, Atom, Descriptor, Instance, InstanceLabels, Pmid, Semantics,
    Units, ValueType, control, script_metric, split_script_metric,
};
use serde::Serialize;

use super::contexts::Control;

/// What does not change while the server runs.
pub(super) struct Agent {
    /// Version of bpflens.
    pub(super) version: &'static str,
    /// Version of the bpftrace that runs the scripts.
    pub(super) bpftrace_version: String,
    /// The host's tracepoints as attach points, joined by commas as in PCP's PMDA.
    pub(super) tracepoints: Arc<str>,
}

/// The metrics of one moment.
pub(super) struct Namespace<'a> {
    pub(super) agent: &'a Agent,
    pub(super) scripts: Arc<ScriptTable>,
}

impl Namespace<'_> {
    /// The metric of that name.
    pub(super) fn lookup(&self, name: &str) -> Option<Arc<MetricSnapshot>> {
        if let Some(metric) = AGENT_METRICS.iter().find(|metric| metric.name == name) {
            return Some(Arc::new(self.agent_metric(metric)));
        }
        let (component, leaf) = split_script_metric(name)?;
        let script = self.scripts.by_component(component)?;
        script_leaf(&script, leaf)
    }

    /// The metric with that number.
    pub(super) fn lookup_pmid(&self, pmid: Pmid) -> Option<Arc<MetricSnapshot>> {
        if let Some(metric) = AGENT_METRICS.iter().find(|metric| metric.pmid == pmid) {
            return Some(Arc::new(self.agent_metric(metric)));
        }
        self.scripts.iter().find_map(|script| {
            let is_wanted = |metric: &&StatusMetric| Pmid::script_status(script.slot, metric.item) == pmid;
            match STATUS_METRICS.iter().find(is_wanted) {
                Some(metric) => Some(status_metric(&script, metric)),
                None => script.metrics.iter().find(|metric| metric.descriptor.pmid == pmid).cloned(),
            }
        })
    }

    /// The names of all metrics at or below `prefix`, in the order of the name space.
    pub(super) fn names_below(&self, prefix: &str) -> Vec<String> {
        let agent = AGENT_METRICS.iter().map(|metric| metric.name.to_string());
        let scripts = self.scripts.iter().flat_map(|script| script_names(&script));
        let is_below = |name: &String| match name.strip_prefix(prefix) {
            Some(rest) => prefix.is_empty() || rest.is_empty() || rest.starts_with('.'),
            None => false,
        };
        agent.chain(scripts).filter(is_below).collect()
    }

    fn agent_metric(&self, metric: &AgentMetric) -> MetricSnapshot {
        let AgentMetric { name, pmid, kind, help, value } = metric;
        match value {
            AgentValue::Reply => snapshot(name, *pmid, *kind, help, None),
            AgentValue::Single(value) => snapshot(name, *pmid, *kind, help, Some(value(self))),
            AgentValue::PerScript(value) => self.per_script(snapshot(name, *pmid, *kind, help, None), *value),
        }
    }

    /// An instance per script, numbered by its slot and named by its id.
    fn per_script(&self, metric: MetricSnapshot, value: fn(&ScriptSnapshot) -> Atom) -> MetricSnapshot {
        let mut descriptor = (*metric.descriptor).clone();
        descriptor.indom = Some(descriptor.pmid.indom());
        let instance = |script: Arc<ScriptSnapshot>| Instance {
            number: script.slot,
            name: script.id.to_string().into(),
            labels: InstanceLabels::default(),
        };
        MetricSnapshot {
            descriptor: Arc::new(descriptor),
            domain: Some(Arc::new(self.scripts.iter().map(instance).collect())),
            values: self.scripts.iter().map(|script| (Some(script.slot), value(&script))).collect(),
            ..metric
        }
    }
}

/// A metric of the server itself.
struct AgentMetric {
    name: &'static str,
    pmid: Pmid,
    kind: Kind,
    help: &'static str,
    value: AgentValue,
}

enum AgentValue {
    /// The reply to the last command of the context that fetches: not known here.
    Reply,
    Single(fn(&Namespace<'_>) -> Atom),
    PerScript(fn(&ScriptSnapshot) -> Atom),
}

const AGENT_METRICS: &[AgentMetric] = &[
    AgentMetric {
        name: control::REGISTER,
        pmid: Control::Register.pmid(),
        kind: TEXT,
        help: "store a script's text to register it; fetch the reply",
        value: AgentValue::Reply,
    },
    AgentMetric {
        name: control::DEREGISTER,
        pmid: Control::Deregister.pmid(),
        kind: TEXT,
        help: "store a script's id to return it; fetch the reply",
        value: AgentValue::Reply,
    },
    AgentMetric {
        name: control::START,
        pmid: Control::Start.pmid(),
        kind: TEXT,
        help: "store a script's id to start it; fetch the reply",
        value: AgentValue::Reply,
    },
    AgentMetric {
        name: control::STOP,
        pmid: Control::Stop.pmid(),
        kind: TEXT,
        help: "store a script's id to stop its process; fetch the reply",
        value: AgentValue::Reply,
    },
    AgentMetric {
        name: "bpftrace.info.scripts",
        pmid: Pmid::info(0),
        kind: TEXT,
        help: "code of the registered scripts",
        value: AgentValue::PerScript(|script| Atom::Text(script.code.clone())),
    },
    AgentMetric {
        name: "bpftrace.info.scripts_json",
        pmid: Pmid::info(1),
        kind: TEXT,
        help: "registered scripts, as a JSON array",
        value: AgentValue::Single(|namespace| {
            let scripts: Vec<_> = namespace.scripts.iter().map(|script| script.to_control()).collect();
            Atom::Text(json(&scripts).into())
        }),
    },
    AgentMetric {
        name: "bpftrace.info.tracepoints",
        pmid: Pmid::info(2),
        kind: TEXT,
        help: "tracepoints of this host, joined by commas",
        value: AgentValue::Single(|namespace| Atom::Text(namespace.agent.tracepoints.clone())),
    },
    AgentMetric {
        name: AGENT_VERSION,
        pmid: Pmid::agent(0),
        kind: TEXT,
        help: "version of bpflens",
        value: AgentValue::Single(|namespace| Atom::Text(namespace.agent.version.into())),
    },
    AgentMetric {
        name: AGENT_BPFTRACE_VERSION,
        pmid: Pmid::agent(1),
        kind: TEXT,
        help: "version of the bpftrace that runs the scripts",
        value: AgentValue::Single(|namespace| Atom::Text(namespace.agent.bpftrace_version.as_str().into())),
    },
    AgentMetric {
        name: "bpftrace.agent.scripts",
        pmid: Pmid::agent(2),
        kind: GAUGE,
        help: "number of registered scripts",
        value: AgentValue::Single(|namespace| Atom::U64(namespace.scripts.len() as u64)),
    },
];

/// Type, semantics and units of a single-valued metric.
type Kind = (ValueType, Semantics, &'static str);
const TEXT: Kind = (ValueType::Text, Semantics::Instant, "none");
const GAUGE: Kind = (ValueType::U32, Semantics::Instant, "none");
const NUMBER: Kind = (ValueType::I32, Semantics::Instant, "none");
const COUNTER: Kind = (ValueType::U64, Semantics::Counter, "count");
const BYTES: Kind = (ValueType::U64, Semantics::Counter, "byte");

/// A metric that every script has.
struct StatusMetric {
    leaf: &'static str,
    item: u32,
    kind: Kind,
    help: &'static str,
    value: fn(&ScriptSnapshot) -> Option<Atom>,
}

/// Items 0 to 6 are those of PCP's PMDA.
const STATUS_METRICS: &[StatusMetric] = &[
    StatusMetric {
        leaf: "status",
        item: 0,
        kind: TEXT,
        help: "stopped, starting, started, stopping or error",
        value: |script| Some(Atom::Text(script.status.name().into())),
    },
    StatusMetric {
        leaf: "pid",
        item: 1,
        kind: NUMBER,
        help: "process id of bpftrace",
        value: |script| script.pid.map(|pid| Atom::I64(pid.into())),
    },
    StatusMetric {
        leaf: "exit_code",
        item: 2,
        kind: NUMBER,
        help: "exit code of the last bpftrace process",
        value: |script| Some(Atom::I64(script.exit_code.into())),
    },
    StatusMetric {
        leaf: "error",
        item: 3,
        kind: TEXT,
        help: "why the script failed; empty otherwise",
        value: |script| Some(Atom::Text(script.error.clone())),
    },
    StatusMetric {
        leaf: "probes",
        item: 4,
        kind: GAUGE,
        help: "number of attached probes",
        value: |script| Some(Atom::U64(script.probes.into())),
    },
    StatusMetric {
        leaf: "code",
        item: 5,
        kind: TEXT,
        help: "the script as it was registered",
        value: |script| Some(Atom::Text(script.code.clone())),
    },
    StatusMetric {
        leaf: "data_bytes",
        item: 6,
        kind: BYTES,
        help: "bytes that bpftrace has printed",
        value: |script| Some(Atom::U64(script.data_bytes)),
    },
    StatusMetric {
        leaf: "diagnostics",
        item: 7,
        kind: TEXT,
        help: "errors and warnings with their positions, as a JSON array",
        value: |script| Some(Atom::Text(json(&*script.diagnostics).into())),
    },
    StatusMetric {
        leaf: "lost_events",
        item: 8,
        kind: COUNTER,
        help: "events that bpftrace reported as lost",
        value: |script| Some(Atom::U64(script.lost_events)),
    },
    StatusMetric {
        leaf: "helper_errors",
        item: 9,
        kind: COUNTER,
        help: "errors of BPF helpers that bpftrace reported",
        value: |script| Some(Atom::U64(script.helper_errors)),
    },
    StatusMetric {
        leaf: "restarts",
        item: 1000,
        kind: COUNTER,
        help: "how often bpftrace was started again",
        value: |script| Some(Atom::U64(script.restarts.into())),
    },
    StatusMetric {
        leaf: "leases",
        item: 1001,
        kind: GAUGE,
        help: "how many clients registered the script and have not returned it",
        value: |script| Some(Atom::U64(script.leases.into())),
    },
];

fn script_names(script: &ScriptSnapshot) -> Vec<String> {
    let status = STATUS_METRICS.iter().map(|metric| script_metric(&script.component, metric.leaf));
    status.chain(script.metrics.iter().map(|metric| metric.descriptor.name.clone())).collect()
}

fn script_leaf(script: &ScriptSnapshot, leaf: &str) -> Option<Arc<MetricSnapshot>> {
    if leaf.starts_with("data.") {
        let name = script_metric(&script.component, leaf);
        return script.metrics.iter().find(|metric| metric.descriptor.name == name).cloned();
    }
    let metric = STATUS_METRICS.iter().find(|metric| metric.leaf == leaf)?;
    Some(status_metric(script, metric))
}

fn status_metric(script: &ScriptSnapshot, metric: &StatusMetric) -> Arc<MetricSnapshot> {
    let name = script_metric(&script.component, metric.leaf);
    let pmid = Pmid::script_status(script.slot, metric.item);
    Arc::new(snapshot(&name, pmid, metric.kind, metric.help, (metric.value)(script)))
}

/// A single-valued metric; `None` is no value.
fn snapshot(name: &str, pmid: Pmid, kind: Kind, help: &str, value: Option<Atom>) -> MetricSnapshot {
    let (value_type, semantics, units) = kind;
    let descriptor = Descriptor {
        name: name.into(),
        pmid,
        indom: None,
        value_type,
        semantics,
        units: Units(units.into()),
        metric_type: None,
        help_oneline: help.into(),
        help_long: help.into(),
    };
    let values = value.map(|value| (None, value)).into_iter().collect();
    MetricSnapshot {
        descriptor: Arc::new(descriptor),
        variable: "".into(),
        domain: None,
        values,
        updated_at_millis: 0,
    }
}

/// These types have string keys only: they always serialise.
pub(super) fn json(value: &(impl Serialize + ?Sized)) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
