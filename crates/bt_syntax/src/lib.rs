//! bpftrace text to tokens to a typed tree with errors.
//!
//! Parsing never fails: a bad script gives a tree of what could be read, and errors. No input panics, takes more
//! than linear time, or nests deeper than a stated bound.

#![forbid(unsafe_code)]

mod lines;
mod span;

pub use lines::{LineColumn, LineTable};
pub use span::Span;
