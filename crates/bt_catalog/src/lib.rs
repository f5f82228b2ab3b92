//! What the bpftrace language knows: probe types, builtins, functions, annotations, config keys, in one table.
//!
//! Parser, analysis and editor answers read this table and nothing else. It depends on nothing.

#![forbid(unsafe_code)]

mod version;

pub use version::{Version, VersionError};
