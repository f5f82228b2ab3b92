//! Sessions against a host in memory.

mod host;
mod panels;
mod pcp;
mod prints;
mod rates;
mod trouble;
mod useless_answers;
