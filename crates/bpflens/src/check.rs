//! `bpflens check`: what is wrong with scripts, for people or as JSON.

use std::io::{self, ErrorKind, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use bt_analysis::{Diagnostic, Severity, analyse, report};
use bt_catalog::Version;
use codespan_reporting::diagnostic::{Diagnostic as Shown, Label, Severity as ShownSeverity};
use codespan_reporting::files::SimpleFile;
use codespan_reporting::term::termcolor::{ColorChoice, StandardStream};
use codespan_reporting::term::{Config, emit_to_write_style};

/// Find what is wrong with scripts
///
/// Ends with status 1 if a script has an error: bpftrace would refuse it, or it has nothing to export.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Print one JSON object a file and line
    #[arg(long)]
    json: bool,
    /// The version of bpftrace that will run the scripts
    #[arg(long, value_name = "V", default_value_t = Version::NEWEST)]
    target_version: Version,
    /// The scripts; `-` is stdin
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
}

pub(crate) fn run(args: Args) -> anyhow::Result<ExitCode> {
    let mut has_errors = false;
    for path in &args.files {
        let source = read_script(path)?;
        let name = path.display().to_string();
        let printed = if args.json {
            let report = report(&name, &source, args.target_version);
            has_errors |= report.has_errors();
            print_json(&serde_json::to_string(&report).context("cannot write the findings as JSON")?)
        } else {
            let analysis = analyse(&source, args.target_version);
            has_errors |= analysis.has_errors();
            print_findings(&name, &source, &analysis.diagnostics)
        };
        match printed {
            // Whoever reads has seen enough.
            Err(error) if error.kind() == ErrorKind::BrokenPipe => break,
            printed => printed.context("cannot print the findings")?,
        }
    }
    Ok(if has_errors { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// The text of a script; `-` is stdin.
///
/// # Errors
/// If the file cannot be read, or is not UTF-8.
pub(crate) fn read_script(path: &Path) -> anyhow::Result<String> {
    let bytes = if path.as_os_str() == "-" {
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes).context("cannot read stdin")?;
        bytes
    } else {
        std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?
    };
    String::from_utf8(bytes).with_context(|| {
        format!("cannot read {} as text: write the bytes of strings as \\xNN", path.display())
    })
}

fn print_json(line: &str) -> io::Result<()> {
    writeln!(io::stdout().lock(), "{line}")
}

fn print_findings(name: &str, source: &str, diagnostics: &[Diagnostic]) -> io::Result<()> {
    let colour = if io::stdout().is_terminal() { ColorChoice::Auto } else { ColorChoice::Never };
    let mut output = StandardStream::stdout(colour);
    let file = SimpleFile::new(name, source);
    for diagnostic in diagnostics {
        emit_to_write_style(&mut output, &Config::default(), &file, &shown(diagnostic)).map_err(|error| {
            match error {
                codespan_reporting::files::Error::Io(error) => error,
                other => io::Error::other(other),
            }
        })?;
    }
    output.flush()
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
