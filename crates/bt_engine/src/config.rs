//! What an engine is started with. Each bound says what happens there.

use std::ffi::OsString;
use std::path::PathBuf;

use bt_analysis::Policy;
use bt_catalog::Version;
use bt_metrics::Pmid;

use crate::guard;

/// Settings of an [`Engine`](crate::Engine).
#[derive(Clone, Debug, PartialEq)]
pub struct EngineConfig {
    /// The bpftrace to run.
    pub bpftrace: PathBuf,
    /// Its version, see [`probe_version`](crate::probe_version): scripts are analysed and instrumented for it.
    pub version: Version,
    /// What starts it.
    pub guard: Guard,
    /// What scripts may do. Those that go beyond it are refused before bpftrace starts, those that are registered
    /// already at its next start.
    pub policy: Policy,
    /// Whether a script with a name of its own (`// name: x`) stays while nobody fetches its values, as in PCP's PMDA.
    /// It then goes when its last lease is returned.
    pub keep_named: bool,
    /// Where scripts with names keep their numbers (PMIDs and instances), so that they are the same after a restart.
    /// Without it, or if it cannot be written, numbers last as long as the engine.
    pub numbering_folder: Option<PathBuf>,
    /// Where the search for a free slot begins, see [`ScriptSnapshot::slot`](crate::ScriptSnapshot::slot). Anywhere by
    /// default: clients may still know the slots of an engine that was here before.
    pub first_slot: u32,
    /// A script whose values nobody has fetched for this long ends. Shorter frees the host sooner, longer survives
    /// slower pollers; PCP's PMDA has 60 s.
    pub expiry_millis: u64,
    /// A script runs on for this long after its last lease was returned, so that a reload of a page finds it.
    pub linger_millis: u64,
    /// While scripts print often, their lines are read this far apart: what many print costs less than half, and values
    /// are seen so much later. 0 reads each line when it comes, as those need who look at when a value was read.
    pub gather_millis: u64,
    /// A script that prints more than this, averaged over a second, ends with an error: it would take a core.
    pub max_output_bytes_per_second: u64,
    /// Scripts at once; further ones are refused. Each bpftrace takes 60 to 160 MB. As many again may be about to go.
    pub max_scripts: usize,
    /// Bytes of a script's text; longer ones are refused.
    pub max_script_bytes: usize,
    /// Keys of a map in the kernel, if bpftrace's own bound (4096) is not right.
    pub max_map_keys: Option<u32>,
    /// Instances of a metric. Of more keys (or keys times buckets) in one message the smallest values are left out.
    /// It also bounds the instance numbers: only when all are taken, a new key gets that of one that vanished.
    pub max_instances: u32,
    /// Bytes of a script's printed text that are kept: the newest, from the beginning of a line.
    pub max_output_text_bytes: usize,
}

impl EngineConfig {
    /// The defaults for this bpftrace.
    pub fn new(bpftrace: impl Into<PathBuf>, version: Version) -> EngineConfig {
        EngineConfig {
            bpftrace: bpftrace.into(),
            version,
            guard: Guard::default(),
            policy: Policy::default(),
            keep_named: false,
            numbering_folder: None,
            // Without random numbers no script gets an id, so that any slot is as good.
            first_slot: getrandom::u32().unwrap_or_default() % Pmid::SLOTS,
            expiry_millis: 60_000,
            linger_millis: 3_000,
            gather_millis: 0,
            max_output_bytes_per_second: 2 << 20,
            max_scripts: 64,
            max_script_bytes: 64 << 10,
            max_map_keys: None,
            max_instances: 20_000,
            max_output_text_bytes: 64 << 10,
        }
    }

    /// What a script may do. Of one of the agent's own, which only root can have put where it is, only `allow_unsafe`
    /// is asked.
    pub(crate) fn policy_of(&self, is_autostart: bool) -> Policy {
        if is_autostart {
            Policy { allow_unsafe: self.policy.allow_unsafe, ..Policy::trusting() }
        } else {
            self.policy.clone()
        }
    }
}

/// The program that the engine starts instead of bpftrace; it must call [`guard::run`] with what follows `args`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guard {
    /// A path.
    pub program: PathBuf,
    /// Its first arguments.
    pub args: Vec<OsString>,
}

/// The running program itself, called as `PROGRAM __guard …`.
impl Default for Guard {
    fn default() -> Guard {
        Guard { program: "/proc/self/exe".into(), args: vec![guard::COMMAND.into()] }
    }
}
