//! The core for the browser: the only crate that knows wasm-bindgen.
//!
//! [`editor`] answers questions about a text. All of it is plain Rust;
//! what JavaScript sees only converts. A position that crosses the boundary counts UTF-16
//! units, a 64-bit number becomes an `f64` (exact up to 2^53).

#![forbid(unsafe_code)]

pub mod editor;
pub mod format;
