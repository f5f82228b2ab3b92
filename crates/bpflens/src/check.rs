//! `bpflens check`: what is wrong with scripts, for people or as JSON.

use std::io::{self, ErrorKind, IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use bt_analysis::{Diagnostic, Severity, analyse, report};
use bt_catalog::Version;
use codespan_reporting::diagnostic::{Diagnostic as Shown, Label, Severity as ShownSeverity};
use codespan_reporting::files::SimpleFile;
use codespan_reporting::term::termcolor::{ColorChoice, StandardStream};
use codespan_reporting::term::{Config, DisplayStyle, emit_to_write_style};

use crate::{explain, script_file};

/// A longer line is not shown with the finding: only where it is.
const MAX_SHOWN_LINE_BYTES: usize = 1000;

/// Find what is wrong with scripts
///
/// Ends with status 1 if a script has an error: it cannot be read, bpftrace would refuse it, or it has nothing to export.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Print one JSON object a file and line
    #[arg(long)]
    json: bool,
    /// The version of bpftrace that will run the scripts
    #[arg(long, value_name = "V", default_value_t = Version::NEWEST)]
    target_version: Version,
    /// Explain a kind of finding, as map-key, instead of checking scripts
    #[arg(long, value_name = "CODE", conflicts_with_all = ["json", "files"])]
    explain: Option<String>,
    /// The scripts; `-` is stdin
    #[arg(value_name = "FILE", required_unless_present = "explain")]
    files: Vec<PathBuf>,
}

pub(crate) fn run(args: Args) -> anyhow::Result<ExitCode> {
    if let Some(code) = &args.explain {
        return explain::run(code);
    }
    let mut has_errors = false;
    let mut worst: Option<(Severity, &str)> = None;
    for path in &args.files {
        let source = match script_file::read(path) {
            Ok(source) => source,
            // The other scripts are checked all the same.
            Err(error) => {
                eprintln!("error: {error:#}");
                has_errors = true;
                continue;
            }
        };
        let name = path.display().to_string();
        let printed = if args.json {
            let report = report(&name, &source, args.target_version);
            has_errors |= report.has_errors();
            print_json(&serde_json::to_string(&report).context("cannot write the findings as JSON")?)
        } else {
            let analysis = analyse(&source, args.target_version);
            has_errors |= analysis.has_errors();
            let here = analysis.diagnostics.iter().map(|found| (found.severity, found.code));
            worst = worst.into_iter().chain(here).min_by_key(|(severity, _)| *severity as u8);
            print_findings(&name, &source, &analysis.diagnostics)
        };
        match printed {
            // Whoever reads has seen enough.
            Err(error) if error.kind() == ErrorKind::BrokenPipe => break,
            printed => printed.context("cannot print the findings")?,
        }
    }
    if let Some((_, code)) = worst.filter(|_| io::stdout().is_terminal()) {
        writeln!(io::stdout(), "for more: bpflens check --explain {code}")
            .context("cannot print the findings")?;
    }
    Ok(if has_errors { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn print_json(line: &str) -> io::Result<()> {
    writeln!(io::stdout().lock(), "{line}")
}

fn print_findings(name: &str, source: &str, diagnostics: &[Diagnostic]) -> io::Result<()> {
    let colour = if io::stdout().is_terminal() { ColorChoice::Auto } else { ColorChoice::Never };
    let mut output = StandardStream::stdout(colour);
    let file = SimpleFile::new(name, source);
    for diagnostic in diagnostics {
        let config = Config { display_style: display_style(source, diagnostic), ..Config::default() };
        emit_to_write_style(&mut output, &config, &file, &shown(diagnostic)).map_err(
            |error| match error {
                codespan_reporting::files::Error::Io(error) => error,
                other => io::Error::other(other),
            },
        )?;
    }
    output.flush()
}

/// With the line it is about, unless nobody could read that one.
fn display_style(source: &str, diagnostic: &Diagnostic) -> DisplayStyle {
    let start = diagnostic.span.start as usize;
    let line_start = source[..start].rfind('\n').map_or(0, |end| end + 1);
    let line_end = source[start..].find('\n').map_or(source.len(), |end| start + end);
    if line_end - line_start > MAX_SHOWN_LINE_BYTES { DisplayStyle::Short } else { DisplayStyle::Rich }
}

/// A finding as codespan-reporting draws it.
fn shown(diagnostic: &Diagnostic) -> Shown<()> {
    let severity = match diagnostic.severity {
        Severity::Error => ShownSeverity::Error,
        Severity::Warning => ShownSeverity::Warning,
        Severity::Info => ShownSeverity::Note,
    };
    let hint = diagnostic.hint.iter().map(|hint| format!("help: {hint}"));
    let fixes = diagnostic.fixes.iter().map(|fix| format!("fix: {}", fix.title));
    Shown::new(severity)
        .with_code(diagnostic.code)
        .with_message(&diagnostic.message)
        .with_label(Label::primary((), diagnostic.span.start as usize..diagnostic.span.end as usize))
        .with_notes(hint.chain(fixes).collect())
}
