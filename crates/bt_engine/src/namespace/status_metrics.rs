//! The metrics that every script has: what its process does, and what is to be said about it.

use std::sync::Arc;

use bt_metrics::control::json;
use bt_metrics::{Atom, Descriptor, Pmid, script_metric};

use super::{BYTE_COUNTER, COUNTER, GAUGE, Help, Kind, NUMBER, TEXT, single, single_descriptor};
use crate::snapshot::ScriptCell;
use crate::{MetricSnapshot, ScriptSnapshot};

/// A metric that every script has.
pub(super) struct StatusMetric {
    leaf: &'static str,
    item: u32,
    kind: Kind,
    help: Help,
    value: fn(&ScriptSnapshot) -> Option<Atom>,
}

impl StatusMetric {
    /// Its number for this script.
    pub(super) fn pmid(&self, cell: &ScriptCell) -> Pmid {
        Pmid::script_status(cell.slot, self.item)
    }

    fn descriptor(&self, cell: &ScriptCell) -> Descriptor {
        single_descriptor(script_metric(&cell.component, self.leaf), self.pmid(cell), self.kind, self.help)
    }
}

/// The position in [`STATUS_METRICS`] of the metric with this last part of the name.
pub(super) fn by_leaf(leaf: &str) -> Option<usize> {
    STATUS_METRICS.iter().position(|metric| metric.leaf == leaf)
}

/// The position in [`STATUS_METRICS`] of the metric with this item.
pub(super) fn by_item(item: u32) -> Option<usize> {
    STATUS_METRICS.iter().position(|metric| metric.item == item)
}

/// The descriptors of a script's [`STATUS_METRICS`], in their order. They are made once a script.
pub(super) fn descriptors(cell: &ScriptCell) -> &[Arc<Descriptor>] {
    cell.status_descriptors
        .get_or_init(|| STATUS_METRICS.iter().map(|metric| Arc::new(metric.descriptor(cell))).collect())
}

/// One of a script's [`STATUS_METRICS`] with its value.
pub(super) fn snapshot(cell: &ScriptCell, metric: usize) -> Arc<MetricSnapshot> {
    Arc::new(MetricSnapshot {
        descriptor: Arc::clone(&descriptors(cell)[metric]),
        variable: "".into(),
        domain: None,
        values: single((STATUS_METRICS[metric].value)(&cell.newest.load())),
        updated_at_millis: 0,
    })
}

/// All of them, in the order of the name space. Items 0 to 6 are those of PCP's PMDA.
pub(super) const STATUS_METRICS: &[StatusMetric] = &[
    StatusMetric {
        leaf: "status",
        item: 0,
        kind: TEXT,
        help: (
            "stopped, starting, started, stopping or error",
            "What the bpftrace process of this script does: stopped (there is none and none is wanted), starting \
             (nothing is attached yet), started (its probes are attached), stopping (it was told to end), or error \
             (it failed; the metric error says why).",
        ),
        value: |script| Some(Atom::Text(script.status.name().into())),
    },
    StatusMetric {
        leaf: "pid",
        item: 1,
        kind: NUMBER,
        help: (
            "process id of bpftrace",
            "Process id of the bpftrace that runs this script. There is no value while there is no process.",
        ),
        value: |script| script.pid.map(|pid| Atom::I64(pid.into())),
    },
    StatusMetric {
        leaf: "exit_code",
        item: 2,
        kind: NUMBER,
        help: (
            "exit code of the last bpftrace process",
            "How the last bpftrace process of this script ended: 0 in peace, 128 and the number of the signal that \
             ended it, otherwise bpftrace's exit code. It is 0 while the process runs.",
        ),
        value: |script| Some(Atom::I64(script.exit_code.into())),
    },
    StatusMetric {
        leaf: "error",
        item: 3,
        kind: TEXT,
        help: (
            "why the script failed; empty otherwise",
            "Why the script failed, with what to do about it. It is empty while the script is in order: warnings \
             stand in the metric diagnostics.",
        ),
        value: |script| Some(Atom::Text(script.error.clone())),
    },
    StatusMetric {
        leaf: "probes",
        item: 4,
        kind: GAUGE,
        help: (
            "number of attached probes",
            "How many probes bpftrace has attached for this script, as it says itself.",
        ),
        value: |script| Some(Atom::U64(script.probes.into())),
    },
    StatusMetric {
        leaf: "code",
        item: 5,
        kind: TEXT,
        help: ("the script as it was registered", "The text of the script as it was registered."),
        value: |script| Some(Atom::Text(script.code.clone())),
    },
    StatusMetric {
        leaf: "data_bytes",
        item: 6,
        kind: BYTE_COUNTER,
        help: (
            "bytes that bpftrace has printed",
            "How much the bpftrace processes of this script have printed. It grows with each print, so that it \
             also tells whether there is something new.",
        ),
        value: |script| Some(Atom::U64(script.data_bytes)),
    },
    StatusMetric {
        leaf: "diagnostics",
        item: 7,
        kind: TEXT,
        help: (
            "errors and warnings with their positions, as a JSON array",
            "What was found in the script and what bpftrace said about it: a JSON array of objects with severity, \
             message, and where they are known hint, line, column and end_column (from 1, in UTF-16 units).",
        ),
        value: |script| Some(Atom::Text(json(&*script.diagnostics).into())),
    },
    StatusMetric {
        leaf: "lost_events",
        item: 8,
        kind: COUNTER,
        help: (
            "events that bpftrace reported as lost",
            "How many events were lost between the kernel and bpftrace, because more was printed than could be \
             read. Maps are not affected.",
        ),
        value: |script| Some(Atom::U64(script.lost_events)),
    },
    StatusMetric {
        leaf: "helper_errors",
        item: 9,
        kind: COUNTER,
        help: (
            "errors of BPF helpers that bpftrace reported",
            "How many errors bpftrace reported while the script ran, a full map for example. Each kind stands in \
             the metric diagnostics, with how often it came.",
        ),
        value: |script| Some(Atom::U64(script.helper_errors)),
    },
    StatusMetric {
        leaf: "restarts",
        item: 1000,
        kind: COUNTER,
        help: (
            "how often bpftrace was started again",
            "How many bpftrace processes were started for this script after the first one: on demand, or after a \
             crash.",
        ),
        value: |script| Some(Atom::U64(script.restarts.into())),
    },
    StatusMetric {
        leaf: "leases",
        item: 1001,
        kind: GAUGE,
        help: (
            "how many registrations of the script have not been returned",
            "How many times the script was registered and not yet deregistered. A script whose last lease is \
             returned ends, unless it is persistent.",
        ),
        value: |script| Some(Atom::U64(script.leases.into())),
    },
];
