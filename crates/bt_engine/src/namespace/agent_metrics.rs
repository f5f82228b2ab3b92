//! The metrics of the agent itself: `bpftrace.control`, `bpftrace.info` and `bpftrace.agent`.

use std::sync::{Arc, LazyLock};

use bt_metrics::control::{self, Control, json};
use bt_metrics::{AGENT_BPFTRACE_VERSION, AGENT_VERSION, Atom, Descriptor, Pmid};

use super::{BYTE_GAUGE, COUNTER, GAUGE, Help, Kind, Namespace, TEXT, single, single_descriptor};
use crate::ScriptSnapshot;

/// A metric of the agent itself.
pub(super) struct AgentMetric {
    pub(super) name: &'static str,
    pmid: Pmid,
    kind: Kind,
    help: Help,
    value: AgentValue,
}

enum AgentValue {
    /// The reply to the last command of the context that fetches: not known here.
    Reply,
    Single(fn(&Namespace<'_>) -> Option<Atom>),
    PerScript(fn(&ScriptSnapshot) -> Atom),
}

impl AgentMetric {
    /// Its values of this moment.
    pub(super) fn values(&self, namespace: &Namespace<'_>) -> Vec<(Option<u32>, Atom)> {
        match self.value {
            AgentValue::Reply => Vec::new(),
            AgentValue::Single(value) => single(value(namespace)),
            AgentValue::PerScript(value) => {
                namespace.scripts.iter().map(|script| (Some(script.slot), value(&script))).collect()
            }
        }
    }

    fn descriptor(&self) -> Descriptor {
        let descriptor = single_descriptor(self.name.into(), self.pmid, self.kind, self.help);
        let has_instances = matches!(self.value, AgentValue::PerScript(_));
        Descriptor { indom: has_instances.then(|| self.pmid.indom()), ..descriptor }
    }
}

/// The position in [`AGENT_METRICS`] of the metric of that name.
pub(super) fn by_name(name: &str) -> Option<usize> {
    AGENT_METRICS.iter().position(|metric| metric.name == name)
}

/// The position in [`AGENT_METRICS`] of the metric with that number.
pub(super) fn by_pmid(pmid: Pmid) -> Option<usize> {
    AGENT_METRICS.iter().position(|metric| metric.pmid == pmid)
}

/// The descriptor of one of [`AGENT_METRICS`].
pub(super) fn descriptor(metric: usize) -> &'static Arc<Descriptor> {
    static DESCRIPTORS: LazyLock<Vec<Arc<Descriptor>>> =
        LazyLock::new(|| AGENT_METRICS.iter().map(|metric| Arc::new(metric.descriptor())).collect());
    &DESCRIPTORS[metric]
}

/// All of them, in the order of the name space.
pub(super) const AGENT_METRICS: &[AgentMetric] = &[
    AgentMetric {
        name: control::REGISTER,
        pmid: Control::Register.pmid(),
        kind: TEXT,
        help: (
            "store a script's text to register it; fetch the reply",
            "Storing the text of a bpftrace script registers and starts it, or joins the one that has the same \
             text. A fetch in the same context then gives the reply once: the script as JSON with its id, its \
             variables and its state, or why it was refused.",
        ),
        value: AgentValue::Reply,
    },
    AgentMetric {
        name: control::DEREGISTER,
        pmid: Control::Deregister.pmid(),
        kind: TEXT,
        help: (
            "store a script's id or name to return it; fetch the reply",
            "Storing the id or the name of a script gives one lease of it back; several are separated by commas. \
             A script without leases ends after a few seconds. A fetch in the same context then gives the reply \
             once, as JSON.",
        ),
        value: AgentValue::Reply,
    },
    AgentMetric {
        name: control::START,
        pmid: Control::Start.pmid(),
        kind: TEXT,
        help: (
            "store a script's id or name to start it; fetch the reply",
            "Storing the id or the name of a script that is stopped or has failed starts its process again. A \
             fetch in the same context then gives the reply once, as JSON.",
        ),
        value: AgentValue::Reply,
    },
    AgentMetric {
        name: control::STOP,
        pmid: Control::Stop.pmid(),
        kind: TEXT,
        help: (
            "store a script's id or name to stop its process; fetch the reply",
            "Storing the id or the name of a script ends its process; the script stays registered, with its last \
             values. A fetch in the same context then gives the reply once, as JSON.",
        ),
        value: AgentValue::Reply,
    },
    AgentMetric {
        name: "bpftrace.info.scripts",
        pmid: Pmid::info(0),
        kind: TEXT,
        help: (
            "code of the registered scripts",
            "The text of each registered script as it was registered. An instance is a script, by its name or else its id.",
        ),
        value: AgentValue::PerScript(|script| Atom::Text(script.code.clone())),
    },
    AgentMetric {
        name: "bpftrace.info.scripts_json",
        pmid: Pmid::info(1),
        kind: TEXT,
        help: (
            "registered scripts, as a JSON array",
            "All registered scripts as a JSON array: of each its id, its text, its annotations, its variables and \
             its state, as in the reply to bpftrace.control.register.",
        ),
        value: AgentValue::Single(|namespace| {
            let scripts: Vec<_> = namespace.scripts.iter().map(|script| script.to_control()).collect();
            Some(Atom::Text(json(&scripts).into()))
        }),
    },
    AgentMetric {
        name: "bpftrace.info.tracepoints",
        pmid: Pmid::info(2),
        kind: TEXT,
        help: (
            "tracepoints of this host, joined by commas",
            "The tracepoints of this host's kernel as attach points, joined by commas. They are read once, when \
             they are first asked for; there is no value while tracefs is not mounted.",
        ),
        value: AgentValue::Single(|namespace| namespace.info.tracepoints().map(Atom::Text)),
    },
    AgentMetric {
        name: AGENT_VERSION,
        pmid: Pmid::agent(0),
        kind: TEXT,
        help: ("version of bpflens", "The version of bpflens that this agent belongs to."),
        value: AgentValue::Single(|namespace| Some(Atom::Text(namespace.info.version().into()))),
    },
    AgentMetric {
        name: AGENT_BPFTRACE_VERSION,
        pmid: Pmid::agent(1),
        kind: TEXT,
        help: (
            "version of the bpftrace that runs the scripts",
            "The version of the installed bpftrace, which runs the scripts. There is no value while none was \
             found that can be used.",
        ),
        value: AgentValue::Single(|namespace| {
            Some(Atom::Text(namespace.info.bpftrace_version()?.as_str().into()))
        }),
    },
    AgentMetric {
        name: "bpftrace.agent.scripts",
        pmid: Pmid::agent(2),
        kind: GAUGE,
        help: ("number of registered scripts", "How many scripts are registered now, whatever their state."),
        value: AgentValue::Single(|namespace| Some(Atom::U64(namespace.scripts.len() as u64))),
    },
    AgentMetric {
        name: "bpftrace.agent.fetches",
        pmid: Pmid::agent(3),
        kind: COUNTER,
        help: (
            "fetches since the agent started",
            "How many fetches the agent has answered since it started, each with any number of metrics.",
        ),
        value: AgentValue::Single(|namespace| Some(Atom::U64(namespace.info.fetches()))),
    },
    AgentMetric {
        name: "bpftrace.agent.rejected",
        pmid: Pmid::agent(4),
        kind: COUNTER,
        help: (
            "refused commands since the agent started",
            "How many registrations and other commands were refused since the agent started: for a script that \
             cannot run, a policy, a bound, or a missing permission.",
        ),
        value: AgentValue::Single(|namespace| Some(Atom::U64(namespace.info.rejected()))),
    },
    AgentMetric {
        name: "bpftrace.agent.memory",
        pmid: Pmid::agent(5),
        kind: BYTE_GAUGE,
        help: (
            "memory that the agent holds",
            "Resident memory of the agent's process. The bpftrace processes that it supervises are not counted.",
        ),
        value: AgentValue::Single(|namespace| namespace.info.memory_bytes().map(Atom::U64)),
    },
];
