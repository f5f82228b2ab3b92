//! The PCP agent `pmdabpftrace`: pmcd asks it for the metrics of bpftrace scripts, and stores to it to start them.
//!
//! The main thread answers pmcd from published snapshots. It waits for nobody but the engine, while that carries out a
//! command, and for a moment for the name of whoever gave it. A second one ([`runner`]) looks for bpftrace and starts
//! the engine and the autostart scripts; a third ([`signals`]) waits for signals, and reads the configuration again on
//! SIGHUP; a fourth ([`users`]) looks up the names of users; a fifth ([`memory`]) gives back memory that
//! scripts have left.

#![forbid(unsafe_code)]
#![expect(clippy::disallowed_methods, reason = "an agent is where IO, clock and threads belong")]

mod access;
mod agent;
mod autostart;
mod config;
mod contexts;
mod control;
mod descriptors;
mod memory;
mod options;
mod paths;
#[cfg(test)]
mod root_only;
mod runner;
mod shutdown;
mod signals;
mod trust;
mod users;

use std::io::IsTerminal;
use std::process::ExitCode;
use std::sync::Arc;

use bt_engine::Guard;
use bt_engine::namespace::AgentInfo;
use clap::Parser;
use pcp_pmda::{End, Setup, connect, log};

use agent::BpftraceAgent;
use options::Options;
use paths::Paths;
use runner::Runner;

/// The name in the log's lines.
const NAME: &str = "pmdabpftrace";

/// Where the log goes unless told otherwise, in the folder that pmcd is in.
const LOG_FILE: &str = "bpftrace.log";

fn main() -> ExitCode {
    // Not an option of anybody's: the engine starts bpftrace through it, see `bt_engine::guard`.
    if std::env::args_os().nth(1).is_some_and(|argument| argument == bt_engine::guard::COMMAND) {
        return bt_engine::guard::run(std::env::args_os().skip(2));
    }
    let options = Options::parse();
    if std::io::stdin().is_terminal() {
        return explain();
    }
    match run(options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            log::error(&reason);
            ExitCode::FAILURE
        }
    }
}

/// Tells a person what this is: what would come are messages to pmcd, which nobody can read.
#[expect(clippy::print_stderr, reason = "there is no log yet")]
fn explain() -> ExitCode {
    eprintln!("pmdabpftrace is an agent, which pmcd starts");
    eprintln!("  hint: ./Install in its folder tells pmcd of it, see pmdabpftrace(1)");
    ExitCode::FAILURE
}

fn run(options: Options) -> Result<(), String> {
    if let Some(debug) = &options.debug
        && !log::set_debug(debug)
    {
        return Err(format!("-D {debug}: no such debug option; pmdbg(1) -l lists them"));
    }
    let log_file = options.log_file.unwrap_or_else(|| LOG_FILE.into());
    // libpcp removes what has the name of the log: as root, devices too.
    if std::fs::symlink_metadata(&log_file).is_ok_and(|found| !found.is_file()) {
        return Err(format!(
            "-l {}: this is no regular file, and would be replaced by one",
            log_file.display()
        ));
    }
    // pmcd waits for this, so whatever may take time comes after it.
    let connection = connect(Setup {
        name: NAME.into(),
        domain: options.domain,
        log_file: Some(log_file),
        user: options.user,
        authorize: true,
        notready: options.notready,
    })
    .map_err(|error| error.to_string())?;
    log::install(log_level(options.debug.as_deref()));
    log::info(&format!("version {}, process {}", env!("CARGO_PKG_VERSION"), std::process::id()));

    let info = Arc::new(AgentInfo::new(env!("CARGO_PKG_VERSION")));
    let runner = Runner::start(Paths::find(options.config), Arc::clone(&info), Guard::default())
        .map_err(|error| format!("cannot start a thread: {error}"))?;
    signals::watch(runner.clone()).map_err(|error| format!("cannot watch for signals: {error}"))?;
    memory::tend().map_err(|error| format!("cannot start a thread: {error}"))?;
    match connection.serve(BpftraceAgent::new(runner.clone(), info)) {
        End::Closed => log::info("ending: pmcd closed the pipe"),
    }
    shutdown::end_scripts(&runner);
    Ok(())
}

/// Details of the engine are told only when somebody asked for diagnostics.
fn log_level(debug: Option<&str>) -> ::log::LevelFilter {
    if debug.is_some() { ::log::LevelFilter::Debug } else { ::log::LevelFilter::Info }
}
