//! Sessions against a host in memory.

mod host;
mod pcp;
mod prints;
mod trouble;
