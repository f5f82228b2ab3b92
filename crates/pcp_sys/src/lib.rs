//! Raw bindings to PCP's libpcp and libpcp_pmda, as far as `pcp_pmda` uses them.
//!
//! Written by hand from the headers `pcp/pmapi.h` and `pcp/pmda.h` of PCP 6.0; names are theirs, and so are the rules
//! for calling: see pmapi(3) and pmda(3). The test `headers` reads these sources and compares each size, offset, type,
//! constant and signature with the installed headers. A field whose name is a keyword of Rust ends in `_`; bit fields of
//! C are a number here, whose comment has their places.

#![allow(non_camel_case_types, non_snake_case, reason = "the names are those of C")]

mod pmapi;
mod pmda;

pub use pmapi::*;
pub use pmda::*;
