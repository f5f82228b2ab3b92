//! State machines of a script without IO: on the host ([`host`]) and in the browser ([`browser`]).
//!
//! They take events and `now`, and return new states and what to do; whoever drives them does the IO.

#![forbid(unsafe_code)]

pub mod browser;
pub mod host;
