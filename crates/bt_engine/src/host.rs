//! What bpftrace needs of its host, for whoever starts an engine.

use std::path::Path;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Where tracefs may be mounted.
const TRACEFS: [&str; 2] = ["/sys/kernel/tracing", "/sys/kernel/debug/tracing"];

/// Whether tracefs is mounted. Without it bpftrace finds no tracepoint.
pub fn has_tracefs() -> bool {
    TRACEFS.iter().any(|folder| Path::new(folder).join("events").exists())
}

/// Lets this process and its children open as many files as the system allows: bpftrace needs two or three a probe
/// and, before 0.25, does not raise the limit itself.
pub fn raise_open_files() {
    let limit = getrlimit(Resource::Nofile);
    // A failure leaves the limit as it was: scripts with few probes run all the same.
    let _ = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum });
}

/// The kernel's tracepoints, each `CATEGORY:NAME`, a line each; `None` while tracefs cannot be read.
pub(crate) fn tracepoints() -> Option<String> {
    TRACEFS.iter().find_map(|folder| std::fs::read_to_string(format!("{folder}/available_events")).ok())
}
