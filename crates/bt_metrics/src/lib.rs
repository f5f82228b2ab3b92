//! The shared vocabulary: what a metric is called, what its values mean, and how the messages about it look.
//!
//! Both ends of the wire use these types: the host side serialises them, the browser side parses the same ones.
//! This crate depends on nothing of ours and does no IO.

#![forbid(unsafe_code)]

mod atom;
mod bucket;
pub mod control;
mod descriptor;
mod instance;
mod name;
mod pmid;
pub mod pmwebapi;

pub use atom::Atom;
pub use bucket::Bucket;
pub use descriptor::{CONTROL_LABEL, Descriptor, MetricType, Semantics, Units, ValueType};
pub use instance::{EMPTY_INSTANCE_NAME, Instance, InstanceLabels};
pub use name::{
    AGENT_BPFTRACE_VERSION, AGENT_VERSION, OUTPUT_METRIC, ROOT_METRIC, STATS_METRICS, is_script_name,
    map_metric_names, script_metric, split_script_metric,
};
pub use pmid::{IndomId, Pmid};
