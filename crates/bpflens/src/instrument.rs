//! `bpflens instrument`: the script as bpftrace gets it.

use std::io::{self, ErrorKind, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use bt_analysis::analyse;
use bt_catalog::Version;

use crate::script_file;

/// Print a script as bpftrace gets it
///
/// That is the script as it is, and a block that prints its exported maps. Whether the script is right is not looked
/// at: that is what `bpflens check` is for.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The version of bpftrace that will run the script
    #[arg(long, value_name = "V", default_value_t = Version::NEWEST)]
    target_version: Version,
    /// The script; `-` is stdin
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

pub(crate) fn run(args: Args) -> anyhow::Result<ExitCode> {
    let source = script_file::read(&args.file)?;
    let analysis = analyse(&source, args.target_version);
    let text = bt_analysis::instrument(&source, &analysis.facts);
    match io::stdout().lock().write_all(text.as_bytes()) {
        // Whoever reads has seen enough.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(ExitCode::SUCCESS),
        Err(error) => Err(error).context("cannot print the script"),
        Ok(()) => Ok(ExitCode::SUCCESS),
    }
}
