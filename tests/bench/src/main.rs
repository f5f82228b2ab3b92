//! Measures our PCP agent beside PCP's Python agent and, where it is about PCP's protocol, beside PCP's C agent
//! `sample`: all in one run, in turns, so that whatever else the machine does meets all of them.
//!
//! usage: `bench_pcp AGENT [ready|fetch|polling|ingest|memory]…`, where AGENT is the path of `pmdabpftrace`.

#![forbid(unsafe_code)]
#![expect(clippy::disallowed_methods, clippy::print_stdout, reason = "starts, measures and reports")]

mod fake;
mod fetch;
mod ingest;
mod lab;
mod memory;
mod polling;
mod process;
mod ready;
mod report;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, bail};

use lab::Labs;
use report::Report;

type Benchmark = (&'static str, fn(&Labs, &mut Report) -> anyhow::Result<()>);

/// In this order: memory first, while the agents are fresh; it also leaves the most behind, in agents of its own.
const BENCHMARKS: &[Benchmark] = &[
    ("memory", memory::run),
    ("ready", ready::run),
    ("fetch", fetch::run),
    ("polling", polling::run),
    ("ingest", ingest::run),
];

fn main() -> anyhow::Result<ExitCode> {
    let mut arguments = std::env::args_os();
    // The agents start this program as bpftrace, by a link of that name.
    let path = arguments.next().map(PathBuf::from).unwrap_or_default();
    if path.file_name().is_some_and(|name| name == "bpftrace") {
        fake::run(&path, arguments)?;
        return Ok(ExitCode::SUCCESS);
    }
    let agent = PathBuf::from(arguments.next().context("which agent? give the path of pmdabpftrace")?);
    let chosen: Vec<String> = arguments.map(|name| name.to_string_lossy().into_owned()).collect();
    if let Some(unknown) = chosen.iter().find(|name| !BENCHMARKS.iter().any(|(known, _)| known == name)) {
        bail!("no benchmark has the name {unknown}");
    }
    let agent = agent.canonicalize().with_context(|| format!("no agent at {}", agent.display()))?;
    let labs = Labs::new(agent);
    let mut report = Report::default();
    for (name, run) in BENCHMARKS {
        if chosen.is_empty() || chosen.iter().any(|chosen| chosen == name) {
            println!("-- {name}");
            run(&labs, &mut report).with_context(|| format!("benchmark {name}"))?;
        }
    }
    Ok(if report.summary() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
