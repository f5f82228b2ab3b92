//! Processor time and memory of an agent.

use std::fs;
use std::path::Path;

/// Nanoseconds that an agent has run, with its threads and the processes that belong to it, but without bpftrace. The
/// time of threads that have ended is lost; no agent here ends any while it is measured.
pub(crate) fn cpu_nanos(agent: u32) -> u64 {
    family(agent).into_iter().flat_map(tasks).filter_map(|task| run_nanos(&task)).sum()
}

/// Resident memory in MB of an agent and the processes that belong to it, without bpftrace: what ps shows of each.
pub(crate) fn resident_mb(agent: u32) -> f64 {
    let kib: f64 = family(agent).into_iter().filter_map(resident_kib).sum();
    kib * 1024.0 / 1e6
}

/// An agent and what it has started; Python's agent works in two processes.
fn family(agent: u32) -> Vec<u32> {
    let mut family = vec![agent];
    let mut next = 0;
    while let Some(&pid) = family.get(next) {
        next += 1;
        let children =
            tasks(pid).into_iter().filter_map(|task| fs::read_to_string(format!("{task}/children")).ok());
        let children: Vec<u32> = children
            .flat_map(|list| list.split_whitespace().filter_map(|pid| pid.parse().ok()).collect::<Vec<_>>())
            .filter(|pid| !is_bpftrace(*pid))
            .collect();
        family.extend(children);
    }
    family
}

fn is_bpftrace(pid: u32) -> bool {
    fs::read_to_string(format!("/proc/{pid}/comm")).is_ok_and(|name| name.trim() == "bpftrace")
}

fn tasks(pid: u32) -> Vec<String> {
    let entries = fs::read_dir(Path::new("/proc").join(pid.to_string()).join("task"));
    entries.into_iter().flatten().flatten().map(|entry| entry.path().display().to_string()).collect()
}

fn run_nanos(task: &str) -> Option<u64> {
    let text = fs::read_to_string(format!("{task}/schedstat")).ok()?;
    text.split_whitespace().next()?.parse().ok()
}

fn resident_kib(pid: u32) -> Option<f64> {
    let text = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.split_whitespace().next()?.parse().ok()
}
