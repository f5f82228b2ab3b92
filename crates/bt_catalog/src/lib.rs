//! What the bpftrace language knows: probe types, builtins, functions, annotations, config keys, in one table.
//!
//! Parser, analysis and editor answers read this table and nothing else. It depends on nothing.

#![forbid(unsafe_code)]

mod aggregations;
mod annotations;
mod builtins;
mod config_keys;
mod did_you_mean;
mod docs;
mod functions;
mod lifetime;
mod name_index;
mod parameters;
mod probe_types;
mod type_names;
mod types;
mod validity;
mod version;

pub use aggregations::{AGGREGATIONS, Aggregation, AggregationKind, MAX_LINEAR_BUCKETS, aggregation};
pub use annotations::{ANNOTATIONS, Annotation, AnnotationKind, annotation};
pub use builtins::{BUILTINS, Builtin, builtin};
pub use config_keys::{CONFIG_BLOCK, CONFIG_KEYS, ConfigKey, ConfigState, ConfigValue, config_key};
pub use did_you_mean::did_you_mean;
pub use docs::Docs;
pub use functions::{FUNCTIONS, Function, MapEffect, Mode, Theme, function};
pub use lifetime::{Lifetime, Presence};
pub use parameters::{MAX_ARGUMENTS, Occurrence, Parameter, ParameterKind};
pub use probe_types::{PROBE_TYPES, PROBE_TYPES_IGNORE_CASE, ProbeType, Side, Target, probe_type};
pub use type_names::{TYPE_NAMES, TypeName, find_type, type_name};
pub use types::Type;
pub use validity::Validity;
pub use version::{Version, VersionError};
