//! The command `bpflens`: one subcommand a file.

#![forbid(unsafe_code)]
#![expect(clippy::disallowed_methods, reason = "the command is where IO, clock and environment belong")]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "the command talks to its user")]

mod check;
mod complete;
mod decode;
mod explain;
mod instrument;
mod script_file;
mod serve;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Makes a bpftrace script a live dashboard.
#[derive(Parser)]
#[command(version, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Serve(serve::Args),
    Check(check::Args),
    Instrument(instrument::Args),
    Decode(decode::Args),
    Complete(complete::Args),
}

fn main() -> ExitCode {
    // Not a subcommand of the user's: the engine starts bpftrace through it, see `bt_engine::guard`.
    if std::env::args_os().nth(1).is_some_and(|argument| argument == bt_engine::guard::COMMAND) {
        return bt_engine::guard::run(std::env::args_os().skip(2));
    }
    let result = match Cli::parse().command {
        Command::Serve(args) => serve::run(args),
        Command::Check(args) => check::run(args),
        Command::Instrument(args) => instrument::run(args),
        Command::Decode(args) => decode::run(args),
        Command::Complete(args) => complete::run(args),
    };
    result.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}
