//! What the agent knows of itself, apart from its scripts.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use arc_swap::ArcSwapOption;

use crate::host;

/// The agent: its versions, its host and its counters. Shared by all who answer clients.
#[derive(Debug)]
pub struct AgentInfo {
    version: &'static str,
    bpftrace_version: ArcSwapOption<String>,
    tracepoints: OnceLock<Arc<str>>,
    fetches: AtomicU64,
    rejected: AtomicU64,
}

impl AgentInfo {
    /// An agent of this version that does not know its bpftrace yet.
    pub fn new(version: &'static str) -> AgentInfo {
        AgentInfo {
            version,
            bpftrace_version: ArcSwapOption::empty(),
            tracepoints: OnceLock::new(),
            fetches: AtomicU64::new(0),
            rejected: AtomicU64::new(0),
        }
    }

    /// Says which bpftrace runs the scripts from now on; `None` if there is none.
    pub fn set_bpftrace_version(&self, version: Option<String>) {
        self.bpftrace_version.store(version.map(Arc::new));
    }

    /// Counts a fetch: one call of a client, whatever it asks for.
    pub fn count_fetch(&self) {
        self.fetches.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a command that was refused.
    pub fn count_rejected(&self) {
        self.rejected.fetch_add(1, Ordering::Relaxed);
    }

    /// Version of bpflens.
    pub fn version(&self) -> &'static str {
        self.version
    }

    /// Version of the bpftrace that runs the scripts, if it is known.
    pub fn bpftrace_version(&self) -> Option<Arc<String>> {
        self.bpftrace_version.load_full()
    }

    /// Fetches counted so far.
    pub fn fetches(&self) -> u64 {
        self.fetches.load(Ordering::Relaxed)
    }

    /// Refused commands counted so far.
    pub fn rejected(&self) -> u64 {
        self.rejected.load(Ordering::Relaxed)
    }

    /// The kernel's tracepoints as attach points, joined by commas: what `bpftrace -l` lists, without starting it.
    ///
    /// The first call reads them (some ms); `None` while tracefs cannot be read.
    pub fn tracepoints(&self) -> Option<Arc<str>> {
        if let Some(known) = self.tracepoints.get() {
            return Some(Arc::clone(known));
        }
        let events = host::tracepoints()?;
        let names: Vec<String> = events.lines().map(|event| format!("tracepoint:{event}")).collect();
        Some(Arc::clone(self.tracepoints.get_or_init(|| names.join(",").into())))
    }

    /// Bytes of memory that this process holds (RSS); `None` if the kernel does not say.
    pub fn memory_bytes(&self) -> Option<u64> {
        let pages = std::fs::read_to_string("/proc/self/statm").ok()?;
        let resident: u64 = pages.split(' ').nth(1)?.parse().ok()?;
        Some(resident * rustix::param::page_size() as u64)
    }
}
