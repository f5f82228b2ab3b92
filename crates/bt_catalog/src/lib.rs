//! What the bpftrace language knows, from 0.9.2 to 0.27: probe types, builtins, functions, config keys and the rest, in
//! one table a kind.
//!
//! Parser, analysis, editor answers and the reference page read these tables and nothing else. It depends on nothing.
//! An entry stands in one place: its facts, and beside them its long texts, which the compiler puts into a table of
//! their own, so that a program that never shows them does not contain them. A look-up is a few instructions.

#![forbid(unsafe_code)]

mod aggregations;
mod annotations;
mod builtins;
mod config_keys;
mod constants;
mod conversions;
mod did_you_mean;
mod docs;
mod functions;
mod lifetime;
mod name_index;
mod operators;
mod parameters;
mod probe_types;
mod replacements;
mod syntax;
mod type_names;
mod types;
mod validity;
mod version;

pub use aggregations::{AGGREGATIONS, Aggregation, AggregationKind, MAX_LINEAR_BUCKETS, aggregation};
pub use annotations::{ANNOTATIONS, Annotation, AnnotationKind, annotation};
pub use builtins::{BUILTINS, Builtin, builtin};
pub use config_keys::{CONFIG_BLOCK, CONFIG_KEYS, ConfigKey, ConfigState, ConfigValue, config_key};
pub use constants::{CONSTANTS, Constant, ConstantKind, constant, constants};
pub use conversions::{CONVERSION_FLAGS, CONVERSION_LENGTHS, CONVERSIONS, Conversion, Takes, conversion};
pub use did_you_mean::did_you_mean;
pub use docs::Docs;
pub use functions::{FUNCTIONS, Function, MapEffect, Mode, Theme, function};
pub use lifetime::{Lifetime, Presence};
pub use operators::{ASSIGNMENTS, Fixity, OPERATORS, Operator};
pub use parameters::{MAX_ARGUMENTS, Occurrence, Parameter, ParameterKind};
pub use probe_types::{PROBE_TYPES, PROBE_TYPES_IGNORE_CASE, ProbeType, Side, Target, probe_type};
pub use replacements::{REPLACEMENTS, ReplacedKind, Replacement, replacement};
pub use syntax::{SYNTAX, Syntax, SyntaxKind, syntax};
pub use type_names::{TYPE_NAMES, TypeName, find_type, type_name};
pub use types::Type;
pub use validity::Validity;
pub use version::{Version, VersionError};
