//! The core for the browser: the only crate that knows wasm-bindgen.
//!
//! [`editor`] answers questions about a text; [`session`] is the long-lived state of a page, exported by the class in
//! [`session_class`]. All of it is plain Rust; what JavaScript sees only converts. A position that crosses the boundary
//! counts UTF-16 units, a 64-bit number becomes an `f64` (exact up to 2^53).

#![forbid(unsafe_code)]

pub mod editor;
pub mod format;
pub mod session;
pub mod session_class;
