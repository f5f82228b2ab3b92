//! `bpflens complete`: what can be written at a place of a script, as an editor would propose it.

use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::str::FromStr;

use anyhow::{Context, bail};
use bt_catalog::Version;
use bt_ide::{Completion, ProbeIndex, complete};
use bt_syntax::{LineColumn, LineTable};
use serde_json::json;

use crate::script_file;

/// Print what can be written at a place of a script
///
/// The best comes first. Names of probes are those that `bpftrace -l` lists on this host; where that cannot be run, a
/// note says so, and only the language's own names are printed.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Line and column of the cursor, from 1; columns count UTF-16 units, as editors do
    #[arg(long, value_name = "LINE:COLUMN")]
    at: Position,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    /// A file with names of probes, one a line, instead of this host's
    #[arg(long, value_name = "FILE")]
    probes: Option<PathBuf>,
    /// The version of bpftrace that will run the script
    #[arg(long, value_name = "V", default_value_t = Version::NEWEST)]
    target_version: Version,
    /// The script; `-` is stdin
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

#[derive(Clone, Copy)]
struct Position(LineColumn);

impl FromStr for Position {
    type Err = String;

    fn from_str(text: &str) -> Result<Position, String> {
        let number = |text: &str| text.parse::<u32>().ok().filter(|number| *number > 0);
        let read = text.split_once(':').and_then(|(line, column)| Some((number(line)?, number(column)?)));
        let (line, column) = read.ok_or("write it as 3:14, both from 1")?;
        Ok(Position(LineColumn { line, column }))
    }
}

pub(crate) fn run(args: Args) -> anyhow::Result<ExitCode> {
    let source = script_file::read(&args.file)?;
    let names = match &args.probes {
        Some(path) => fs::read_to_string(path)
            .with_context(|| format!("cannot read the names of probes in {}", path.display()))?,
        None => names_of_host().unwrap_or_else(|error| {
            eprintln!("note: no names of this host's probes: {error:#}");
            String::new()
        }),
    };
    let offset = LineTable::new(&source).byte(&source, args.at.0);
    let found = complete(&source, offset, args.target_version, Some(&ProbeIndex::new(&names)));
    let text = if args.json { as_json(&found) } else { as_text(&found) };
    match io::stdout().lock().write_all(text.as_bytes()) {
        // Whoever reads has seen enough.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(ExitCode::SUCCESS),
        Err(error) => Err(error).context("cannot print the proposals"),
        Ok(()) => Ok(ExitCode::SUCCESS),
    }
}

/// What bpftrace lists, and without it the kernel's own list of tracepoints.
fn names_of_host() -> anyhow::Result<String> {
    names_of_bpftrace().or_else(|error| tracepoints().ok_or(error))
}

fn names_of_bpftrace() -> anyhow::Result<String> {
    let listed = Command::new("bpftrace")
        .arg("-l")
        .stdin(Stdio::null())
        .output()
        .context("cannot run `bpftrace -l`")?;
    if !listed.status.success() {
        let said = String::from_utf8_lossy(&listed.stderr);
        bail!("`bpftrace -l` failed: {}", said.lines().next().unwrap_or("it said nothing"));
    }
    Ok(String::from_utf8_lossy(&listed.stdout).into_owned())
}

/// tracefs lists `sched:sched_switch`.
fn tracepoints() -> Option<String> {
    let text = fs::read_to_string(Path::new("/sys/kernel/tracing/available_events")).ok()?;
    Some(text.lines().map(|event| format!("tracepoint:{event}\n")).collect())
}

fn as_text(found: &Completion) -> String {
    let width = found.items.iter().map(|item| item.label.chars().count()).max().unwrap_or(0).min(40);
    let line = |item: &bt_ide::CompletionItem| {
        let said = if item.detail.is_empty() { &item.documentation } else { &item.detail };
        let line = format!("{:width$}  {said}", item.label);
        format!("{}\n", line.trim_end())
    };
    found.items.iter().map(line).collect()
}

fn as_json(found: &Completion) -> String {
    let items: Vec<_> = found
        .items
        .iter()
        .map(|item| {
            json!({
                "label": item.label,
                "kind": item.kind.name(),
                "detail": item.detail,
                "documentation": item.documentation,
                "insertText": item.insert_text,
                "isSnippet": item.is_snippet,
            })
        })
        .collect();
    format!("{}\n", json!({ "from": found.from, "to": found.to, "items": items }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_from_one() {
        assert!("3:14".parse::<Position>().is_ok_and(|at| at.0 == LineColumn { line: 3, column: 14 }));
        for rubbish in ["", "3", "0:1", "1:0", "a:b", "1:2:3"] {
            assert!(rubbish.parse::<Position>().is_err(), "{rubbish}");
        }
    }

    #[test]
    fn proposals_in_columns_and_as_json() {
        let index = ProbeIndex::new("kprobe:vfs_read");
        let found = complete("kprobe:vfs_r", 12, Version::NEWEST, Some(&index));
        assert_eq!(as_text(&found), "kprobe:vfs_read  kprobe\n");
        let json: serde_json::Value = serde_json::from_str(&as_json(&found)).expect("JSON");
        assert_eq!((&json["from"], &json["items"][0]["kind"]), (&json!(0), &json!("probe")));
    }
}
