//! `bpflens check --explain`: what a kind of finding means.

use std::fmt::Write as _;
use std::io::{self, ErrorKind, Write as _};
use std::process::ExitCode;

use anyhow::Context;
use bt_analysis::{KINDS, Kind, analyse, kind};
use bt_catalog::did_you_mean;

/// Columns of a line of prose.
const WIDTH: usize = 80;

/// Status of a command that asks for what there is not, as clap's.
const WRONG_ARGUMENT: u8 = 2;

/// Prints what the findings with that code mean.
pub(crate) fn run(code: &str) -> anyhow::Result<ExitCode> {
    let Some(known) = kind(code) else {
        eprintln!("error: {}", unknown(code));
        return Ok(ExitCode::from(WRONG_ARGUMENT));
    };
    match io::stdout().lock().write_all(text(known).as_bytes()) {
        // Whoever reads has seen enough.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => {}
        printed => printed.context("cannot print the explanation")?,
    }
    Ok(ExitCode::SUCCESS)
}

fn unknown(code: &str) -> String {
    let meant = match did_you_mean(code, KINDS.iter().map(|known| known.code)) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => "findings have their code in brackets, as `error[map-key]`".into(),
    };
    format!("there is no kind of finding `{code}`: {meant}")
}

fn text(known: &Kind) -> String {
    let mut text = format!("{}: {}\n\n{}", known.code, known.summary, wrapped(known.details));
    if !known.example.is_empty() {
        let release = known.target.map(|target| format!(" for bpftrace {}.{}", target.major, target.minor));
        let release = release.unwrap_or_default();
        write!(text, "\nAn example{release}:\n\n{}\n", indented(known.example)).expect("a string takes all");
        let found = analyse(known.example, known.example_target()).diagnostics;
        for found in found.iter().filter(|found| found.code == known.code) {
            text += &wrapped(&format!("{}: {}", found.severity.name(), found.message));
        }
    }
    if let Some(mended) = known.mended {
        write!(text, "\nPut right:\n\n{}", indented(mended)).expect("a string takes all");
    }
    text
}

fn indented(script: &str) -> String {
    script.lines().map(|line| format!("    {line}\n")).collect()
}

/// Lines of at most [`WIDTH`] columns, as far as the words allow it.
fn wrapped(prose: &str) -> String {
    let mut text = String::new();
    let mut column = 0;
    for word in prose.split(' ') {
        let width = word.chars().count();
        if column > 0 && column + 1 + width > WIDTH {
            text.push('\n');
            column = 0;
        } else if column > 0 {
            text.push(' ');
            column += 1;
        }
        text += word;
        column += width;
    }
    text + "\n"
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    #[test]
    fn an_explanation() {
        expect![[r#"
            stack-memory: Stacks without a limit take much memory in this release.

            Older releases reserve room for the deepest stack in each entry of their table,
            before the first event. Say how many frames are needed.

            An example for bpftrace 0.17:

                profile:hz:99 { @[kstack] = count(); }

            info: kstack without a limit takes about 130 MB in bpftrace 0.17

            Put right:

                profile:hz:99 { @[kstack(16)] = count(); }
        "#]]
        .assert_eq(&text(kind("stack-memory").unwrap()));
    }

    #[test]
    fn what_the_host_says_has_no_example() {
        expect![[r#"
            policy: The policy of the host does not allow this.

            A host says which probes and functions scripts may use, so that a page cannot
            run anything as root. Leave it out, or ask the administrator, who can change
            `[policy]` in the configuration; the hint names the key.
        "#]]
        .assert_eq(&text(kind("policy").unwrap()));
    }

    #[test]
    fn unknown_codes() {
        expect![[r#"
            there is no kind of finding `map-kay`: did you mean `map-key`?
            there is no kind of finding `weather`: findings have their code in brackets, as `error[map-key]`
        "#]]
        .assert_eq(&format!("{}\n{}\n", unknown("map-kay"), unknown("weather")));
    }
}
