//! The metric name space at one moment: which metrics there are, and each one's descriptor, instances and values.
//!
//! Everything is read from published snapshots, so that no answer waits for a bpftrace process. It is the same for
//! whoever speaks to clients; without an engine it has the metrics of the agent alone.

mod agent_info;
mod agent_metrics;
mod status_metrics;
#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::sync::Arc;

use bt_metrics::{
    Atom, Descriptor, IndomId, Instance, Pmid, Semantics, Units, ValueType, split_script_metric,
};

use crate::snapshot::ScriptCell;
use crate::{MetricSnapshot, ScriptSnapshot, ScriptTable};

pub use agent_info::AgentInfo;
use agent_metrics::AGENT_METRICS;
use status_metrics::STATUS_METRICS;

/// The node above all metrics.
const ROOT: &str = "bpftrace";
/// The node above the scripts; it stays while there is none.
const SCRIPTS: &str = "bpftrace.scripts";

/// The metrics of one moment.
pub struct Namespace<'a> {
    /// The agent.
    pub info: &'a AgentInfo,
    /// The scripts of that moment; [`ScriptTable::default`] without an engine.
    pub scripts: Arc<ScriptTable>,
}

impl Namespace<'_> {
    /// The metric of that name.
    pub fn lookup(&self, name: &str) -> Option<Arc<MetricSnapshot>> {
        match split_script_metric(name) {
            None => Some(self.agent_metric(agent_metrics::by_name(name)?)),
            Some((component, leaf)) => {
                let cell = self.scripts.cell_by_component(component)?;
                match status_metrics::by_leaf(leaf) {
                    Some(metric) => Some(status_metrics::snapshot(cell, metric)),
                    None => data_metric(cell, name),
                }
            }
        }
    }

    /// The metric with that number.
    pub fn lookup_pmid(&self, pmid: Pmid) -> Option<Arc<MetricSnapshot>> {
        let Some(slot) = pmid.slot() else {
            return Some(self.agent_metric(agent_metrics::by_pmid(pmid)?));
        };
        let cell = self.scripts.cell_by_slot(slot)?;
        match status_metrics::by_item(pmid.item) {
            Some(metric) => Some(status_metrics::snapshot(cell, metric)),
            None => cell.newest.load().metric(pmid).cloned(),
        }
    }

    /// The number of the metric of that name.
    pub fn pmid_of(&self, name: &str) -> Option<Pmid> {
        let Some((component, leaf)) = split_script_metric(name) else {
            return Some(agent_metrics::descriptor(agent_metrics::by_name(name)?).pmid);
        };
        let cell = self.scripts.cell_by_component(component)?;
        match status_metrics::by_leaf(leaf) {
            Some(metric) => Some(STATUS_METRICS[metric].pmid(cell)),
            None => Some(data_metric(cell, name)?.descriptor.pmid),
        }
    }

    /// The descriptor of the metric with that number. Cheaper than [`Self::lookup_pmid`]: no value is made.
    pub fn describe_pmid(&self, pmid: Pmid) -> Option<Arc<Descriptor>> {
        let Some(slot) = pmid.slot() else {
            return Some(Arc::clone(agent_metrics::descriptor(agent_metrics::by_pmid(pmid)?)));
        };
        let cell = self.scripts.cell_by_slot(slot)?;
        match status_metrics::by_item(pmid.item) {
            Some(metric) => Some(Arc::clone(&status_metrics::descriptors(cell)[metric])),
            None => Some(Arc::clone(&cell.newest.load().metric(pmid)?.descriptor)),
        }
    }

    /// The name of the metric with that number.
    pub fn name_of(&self, pmid: Pmid) -> Option<String> {
        Some(self.describe_pmid(pmid)?.name.clone())
    }

    /// The script that a metric belongs to; `None` for a metric of the agent.
    pub fn script_of(&self, pmid: Pmid) -> Option<Arc<ScriptSnapshot>> {
        self.scripts.by_slot(pmid.slot()?)
    }

    /// The instances of a domain, in order.
    pub fn indom(&self, indom: IndomId) -> Option<Arc<Vec<Instance>>> {
        let pmid = indom.pmid();
        if pmid.slot().is_some() {
            return self.script_of(pmid)?.metric(pmid)?.domain.clone();
        }
        let metric = agent_metrics::by_pmid(pmid)?;
        agent_metrics::descriptor(metric).indom?;
        Some(self.script_instances())
    }

    /// The names of all metrics at or below `prefix`, in the order of the name space.
    pub fn names_below(&self, prefix: &str) -> Vec<String> {
        let agent = AGENT_METRICS.iter().map(|metric| metric.name.to_string());
        let agent = agent.filter(|name| is_below(name, prefix));
        if let Some((component, _)) = below_scripts(prefix) {
            let Some(cell) = self.scripts.cell_by_component(component) else { return Vec::new() };
            return script_names(cell).into_iter().filter(|name| is_below(name, prefix)).collect();
        }
        let has_scripts = is_below(SCRIPTS, prefix);
        let scripts = self.scripts.cells().iter().filter(|_| has_scripts).flat_map(|cell| script_names(cell));
        agent.chain(scripts).collect()
    }

    /// The nodes right below `prefix`, each with whether it is a metric. Empty below a metric, below
    /// `bpftrace.scripts` while there is no script, and below what does not exist.
    pub fn children(&self, prefix: &str) -> Vec<(String, bool)> {
        match prefix {
            "" => return vec![(ROOT.into(), false)],
            // Listing the metrics of all scripts would say no more.
            SCRIPTS => {
                return self.scripts.cells().iter().map(|cell| (cell.component.to_string(), false)).collect();
            }
            _ => {}
        }
        let names = match prefix {
            ROOT => AGENT_METRICS.iter().map(|metric| metric.name.to_string()).collect(),
            prefix => self.names_below(prefix),
        };
        let mut children: Vec<(String, bool)> = Vec::new();
        if prefix == ROOT {
            children.push(("scripts".into(), false));
        }
        let mut known: HashSet<&str> = HashSet::new();
        for name in &names {
            let Some(below) = name.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('.')) else {
                continue;
            };
            let (child, is_leaf) = below.split_once('.').map_or((below, true), |(child, _)| (child, false));
            if known.insert(child) {
                children.push((child.into(), is_leaf));
            }
        }
        children
    }

    /// Whether there is such a metric, or a node that metrics can be below.
    pub fn has_node(&self, name: &str) -> bool {
        matches!(name, "" | ROOT | SCRIPTS) || !self.names_below(name).is_empty()
    }

    fn agent_metric(&self, metric: usize) -> Arc<MetricSnapshot> {
        let descriptor = Arc::clone(agent_metrics::descriptor(metric));
        let domain = descriptor.indom.map(|_| self.script_instances());
        Arc::new(MetricSnapshot {
            descriptor,
            variable: "".into(),
            domain,
            values: AGENT_METRICS[metric].values(self),
            updated_at_millis: 0,
        })
    }

    /// An instance a script, numbered by its slot and named as its metrics are.
    fn script_instances(&self) -> Arc<Vec<Instance>> {
        let instance = |cell: &Arc<ScriptCell>| Instance {
            number: cell.slot,
            name: Arc::clone(&cell.component),
            labels: bt_metrics::InstanceLabels::default(),
        };
        Arc::new(self.scripts.cells().iter().map(instance).collect())
    }
}

/// Whether `name` is the node `prefix` or lies below it.
fn is_below(name: &str, prefix: &str) -> bool {
    match name.strip_prefix(prefix) {
        Some(rest) => prefix.is_empty() || rest.is_empty() || rest.starts_with('.'),
        None => false,
    }
}

/// The script's component and the rest, of a node below that of the scripts.
fn below_scripts(prefix: &str) -> Option<(&str, &str)> {
    let below = prefix.strip_prefix(SCRIPTS)?.strip_prefix('.')?;
    Some(below.split_once('.').unwrap_or((below, "")))
}

fn script_names(cell: &ScriptCell) -> Vec<String> {
    let script = cell.newest.load();
    let status = status_metrics::descriptors(cell).iter();
    let data = script.metrics.iter().map(|metric| &metric.descriptor);
    status.chain(data).map(|descriptor| descriptor.name.clone()).collect()
}

fn data_metric(cell: &ScriptCell, name: &str) -> Option<Arc<MetricSnapshot>> {
    cell.newest.load().metrics.iter().find(|metric| metric.descriptor.name == name).cloned()
}

/// Type, semantics and units of a single-valued metric.
type Kind = (ValueType, Semantics, &'static str);
const TEXT: Kind = (ValueType::Text, Semantics::Instant, "none");
const GAUGE: Kind = (ValueType::U32, Semantics::Instant, "none");
const NUMBER: Kind = (ValueType::I32, Semantics::Instant, "none");
const COUNTER: Kind = (ValueType::U64, Semantics::Counter, "count");
const BYTE_COUNTER: Kind = (ValueType::U64, Semantics::Counter, "byte");
const BYTE_GAUGE: Kind = (ValueType::U64, Semantics::Instant, "byte");

/// One line of help, and more of it.
type Help = (&'static str, &'static str);

/// The descriptor of a single-valued metric without label.
fn single_descriptor(name: String, pmid: Pmid, kind: Kind, help: Help) -> Descriptor {
    let (value_type, semantics, units) = kind;
    let (help_oneline, help_long) = help;
    Descriptor {
        name,
        pmid,
        indom: None,
        value_type,
        semantics,
        units: Units(units.into()),
        metric_type: None,
        help_oneline: help_oneline.into(),
        help_long: help_long.into(),
    }
}

fn single(value: Option<Atom>) -> Vec<(Option<u32>, Atom)> {
    value.map(|value| (None, value)).into_iter().collect()
}
