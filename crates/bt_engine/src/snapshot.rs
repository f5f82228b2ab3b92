//! What readers see of scripts: immutable snapshots that they take without waiting for anybody.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use arc_swap::ArcSwap;
use bt_analysis::{Annotations, Facts};
use bt_metrics::control::{self, Diagnostic, Metadata, Status};
use bt_metrics::{Atom, Descriptor, Instance, Pmid};

use crate::timestamp;

/// The id of a script: `s` and 32 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ScriptId(pub(crate) Arc<str>);

impl ScriptId {
    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A new one, of 128 random bits.
    pub(crate) fn random() -> Result<ScriptId, getrandom::Error> {
        let mut random = [0u8; 16];
        getrandom::fill(&mut random)?;
        Ok(ScriptId(format!("s{:032x}", u128::from_be_bytes(random)).into()))
    }
}

impl fmt::Display for ScriptId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A script at one moment.
#[derive(Clone, Debug)]
pub struct ScriptSnapshot {
    /// Its id.
    pub id: ScriptId,
    /// The component of its metric names: its annotation `name` if no other script has it, else the id.
    pub component: Arc<str>,
    /// Which PMIDs are its own. When the script is gone, others get them, but no others soon.
    pub slot: u32,
    /// Its text without trailing blanks.
    pub code: Arc<str>,
    /// Whether it stays while nobody fetches its values.
    pub is_persistent: bool,
    /// Who registered it first.
    pub user: Option<Arc<str>>,
    /// When it was registered, in Unix milliseconds.
    pub created_at_millis: u64,
    /// What its process does.
    pub status: Status,
    /// Its process, while there is one.
    pub pid: Option<i32>,
    /// Exit code of the last process; 128 + n if signal n ended it.
    pub exit_code: i32,
    /// Why it failed; empty otherwise.
    pub error: Arc<str>,
    /// Findings: of analysis, and of bpftrace.
    pub diagnostics: Arc<[Diagnostic]>,
    /// Attached probes.
    pub probes: u32,
    /// Bytes that its processes have printed.
    pub data_bytes: u64,
    /// Events that were lost between kernel and bpftrace.
    pub lost_events: u64,
    /// Helper and run-time errors.
    pub helper_errors: u64,
    /// Processes started after the first one.
    pub restarts: u32,
    /// Who holds it.
    pub leases: u32,
    /// What analysis knows of it.
    pub facts: Arc<Facts>,
    /// Its data metrics, in the order of their PMIDs.
    pub metrics: Vec<Arc<MetricSnapshot>>,
    pub(crate) accessed: Arc<AtomicU64>,
}

impl ScriptSnapshot {
    /// When values were last fetched, in Unix milliseconds.
    pub fn last_accessed_at_millis(&self) -> u64 {
        self.accessed.load(Ordering::Relaxed)
    }

    /// The name by which its metrics go; `None` if they go by its id.
    pub fn name(&self) -> Option<&str> {
        (*self.component != *self.id.as_str()).then_some(&*self.component)
    }

    /// The script as the control metrics describe it.
    pub fn to_control(&self) -> control::Script {
        let variables = self.metrics.iter().map(|metric| (metric.variable.to_string(), metric.to_control()));
        control::Script {
            script_id: self.id.to_string(),
            username: self.user.as_deref().map(Into::into),
            persistent: self.is_persistent,
            created_at: timestamp::iso8601(self.created_at_millis),
            last_accessed_at: timestamp::iso8601(self.last_accessed_at_millis()),
            code: self.code.to_string(),
            metadata: Metadata { name: self.name().map(str::to_string), ..metadata(&self.facts.annotations) },
            variables: variables.collect::<BTreeMap<_, _>>(),
            state: control::State {
                status: self.status,
                pid: self.pid.unwrap_or(-1),
                exit_code: self.exit_code,
                error: self.error.to_string(),
                probes: self.probes,
                data_bytes: self.data_bytes,
            },
            leases: Some(self.leases),
        }
    }
}

/// The annotations but for the name, which depends on whether it was free.
pub(crate) fn metadata(annotations: &Annotations) -> Metadata {
    Metadata {
        name: None,
        include: annotations.include.clone(),
        table_retain_lines: annotations.table_retain_lines,
        custom_output_block: annotations.custom_output_block,
    }
}

/// A metric of a script at one moment.
#[derive(Clone, Debug)]
pub struct MetricSnapshot {
    /// Name, type and the rest that does not change.
    pub descriptor: Arc<Descriptor>,
    /// What it is in the script: `@x`, `@x.count`, `@output`.
    pub variable: Arc<str>,
    /// Its instances, sorted by key and bucket; `None` for a single value.
    pub domain: Option<Arc<Vec<Instance>>>,
    /// Instance numbers and values; empty if there is no value yet.
    pub values: Vec<(Option<u32>, Atom)>,
    /// When bpftrace printed the values, in Unix milliseconds; 0 if never.
    pub updated_at_millis: u64,
}

impl ScriptSnapshot {
    /// Its data metric with this number.
    pub fn metric(&self, pmid: Pmid) -> Option<&Arc<MetricSnapshot>> {
        let position = self.metrics.binary_search_by_key(&pmid, |metric| metric.descriptor.pmid).ok()?;
        self.metrics.get(position)
    }
}

impl MetricSnapshot {
    fn to_control(&self) -> control::Variable {
        control::Variable {
            single: self.descriptor.indom.is_none(),
            semantics: self.descriptor.semantics.pm_sem(),
            datatype: self.descriptor.value_type.pm_type(),
            metrictype: self.descriptor.metric_type.map(|kind| kind.name().into()),
        }
    }
}

/// All scripts at one moment, sorted by metric component. Each lookup gives the newest snapshot of a script.
#[derive(Debug, Default)]
pub struct ScriptTable {
    cells: Vec<Arc<ScriptCell>>,
    /// Positions in `cells`.
    by_slot: HashMap<u32, usize>,
    generation: u64,
}

/// Where the newest snapshot of a script lies.
#[derive(Debug)]
pub(crate) struct ScriptCell {
    pub(crate) id: ScriptId,
    pub(crate) component: Arc<str>,
    pub(crate) slot: u32,
    pub(crate) newest: ArcSwap<ScriptSnapshot>,
    /// Descriptors of the metrics that every script has; made when somebody asks for one.
    pub(crate) status_descriptors: OnceLock<Vec<Arc<Descriptor>>>,
}

impl ScriptTable {
    pub(crate) fn new(cells: impl IntoIterator<Item = Arc<ScriptCell>>, generation: u64) -> ScriptTable {
        let mut cells: Vec<_> = cells.into_iter().collect();
        cells.sort_by(|a, b| a.component.cmp(&b.component));
        let by_slot = cells.iter().enumerate().map(|(position, cell)| (cell.slot, position)).collect();
        ScriptTable { cells, by_slot, generation }
    }

    /// Grows whenever the set of metric names changes: two tables of the same generation have the same names.
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// The scripts in order.
    pub fn iter(&self) -> impl Iterator<Item = Arc<ScriptSnapshot>> {
        self.cells.iter().map(|cell| cell.newest.load_full())
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.cells.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// The script with this id.
    pub fn by_id(&self, id: &str) -> Option<Arc<ScriptSnapshot>> {
        let cell = self.cells.iter().find(|cell| cell.id.as_str() == id)?;
        Some(cell.newest.load_full())
    }

    /// The script whose metrics have this component in their names.
    pub fn by_component(&self, component: &str) -> Option<Arc<ScriptSnapshot>> {
        Some(self.cell_by_component(component)?.newest.load_full())
    }

    /// The script whose metrics have the numbers of this slot.
    pub fn by_slot(&self, slot: u32) -> Option<Arc<ScriptSnapshot>> {
        Some(self.cell_by_slot(slot)?.newest.load_full())
    }

    pub(crate) fn cells(&self) -> &[Arc<ScriptCell>] {
        &self.cells
    }

    pub(crate) fn cell_by_component(&self, component: &str) -> Option<&Arc<ScriptCell>> {
        let position = self.cells.binary_search_by(|cell| (*cell.component).cmp(component)).ok()?;
        self.cells.get(position)
    }

    pub(crate) fn cell_by_slot(&self, slot: u32) -> Option<&Arc<ScriptCell>> {
        self.cells.get(*self.by_slot.get(&slot)?)
    }
}
