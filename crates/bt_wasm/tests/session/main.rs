//! Sessions against a host in memory.

mod host;
mod prints;
mod trouble;
