//! Runs one script and prints its metrics as they come: `watch BPFTRACE SCRIPT.bt`.
//!
//! The smallest program on top of the engine. The tests also use it, as guard and as a supervisor that gets killed.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "an example is a program"
)]

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use bt_engine::{Engine, EngineConfig, guard, probe_version};
use bt_metrics::control::Status;

fn main() -> ExitCode {
    let mut args = std::env::args_os().skip(1).peekable();
    if args.peek().is_some_and(|argument| argument == guard::COMMAND) {
        return guard::run(args.skip(1));
    }
    let (Some(bpftrace), Some(script)) = (args.next(), args.next()) else {
        eprintln!("usage: watch BPFTRACE SCRIPT.bt");
        return ExitCode::FAILURE;
    };
    match watch(bpftrace.into(), script.into()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn watch(bpftrace: PathBuf, script: PathBuf) -> Result<(), Box<dyn Error>> {
    let version = probe_version(&bpftrace)?;
    let engine = Engine::start(EngineConfig::new(bpftrace, version))?;
    let script = engine.blocking_register(std::fs::read_to_string(script)?, None)?;
    let id = script.id.as_str();
    while let Some(script) = engine.scripts().by_id(id) {
        engine.touch(&script);
        println!(
            "{} pid {:?}, {} probes, {} bytes",
            script.status.name(),
            script.pid,
            script.probes,
            script.data_bytes
        );
        for metric in &script.metrics {
            println!("  {}", metric.descriptor.name);
            for (instance, value) in &metric.values {
                let name = metric
                    .domain
                    .iter()
                    .flat_map(|domain| domain.iter())
                    .find(|one| Some(one.number) == *instance);
                println!(
                    "    {}{}",
                    name.map(|one| format!("{} ", one.name)).unwrap_or_default(),
                    value.to_text()
                );
            }
        }
        if matches!(script.status, Status::Stopped | Status::Error) {
            println!("{}", script.error);
            break;
        }
        std::thread::sleep(Duration::from_secs(1));
    }
    engine.blocking_shutdown();
    Ok(())
}
