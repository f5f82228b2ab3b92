//! Writes `docs/diagnostics.md`, every kind of finding with an example, from the table of the analyser.

use std::fs;

use anyhow::{Context, Result};
use bt_analysis::{KIND_THEMES, Kind, analyse};

use crate::page::Page;

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/diagnostics.md");

/// Writes the page.
pub(crate) fn write() -> Result<()> {
    fs::write(PATH, text()).context("cannot write docs/diagnostics.md")
}

/// The page.
fn text() -> String {
    let mut page = Page::default();
    for theme in KIND_THEMES {
        page.section(theme.title, theme.about);
        theme.kinds.iter().for_each(|known| entry(&mut page, known));
    }
    page.finish(
        "# What bpflens finds\n\n\
         <!-- Made by `cargo run -p xtask -- reference` from crates/bt_analysis/src/kinds: change it there. -->\
         \n\n\
         Every kind of finding, with a script that has it and the same script put right. An **error** is what \
         bpftrace refuses, a **warning** probably not what was meant, and an **info** (a note in the terminal) \
         worth knowing; some kinds are one or the other, as the script and the release have it. \
         `bpflens check --explain CODE` prints the same.\n",
    )
}

fn entry(page: &mut Page, known: &Kind) {
    page.entry_at(known.code, known.code);
    page.paragraph(&format!("{} {}", known.summary, known.details));
    if known.example.is_empty() {
        return;
    }
    if let Some(target) = known.target {
        page.paragraph(&format!("For bpftrace {}.{}:", target.major, target.minor));
    }
    page.script(known.example);
    page.output(&messages(known));
    if let Some(mended) = known.mended {
        page.paragraph("Put right:");
        page.script(mended);
    }
}

/// What the analyser says of the example.
fn messages(known: &Kind) -> String {
    let found = analyse(known.example, known.example_target()).diagnostics;
    let found = found.iter().filter(|found| found.code == known.code).map(|found| {
        let hint: String = found.hint.iter().map(|hint| format!("\nhelp: {hint}")).collect();
        format!("{}[{}]: {}{hint}", found.severity.name(), found.code, found.message)
    });
    found.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_page_is_current() {
        let committed = fs::read_to_string(PATH).expect("docs/diagnostics.md is there");
        assert!(committed == text(), "run `cargo run -p xtask -- reference` and commit docs/diagnostics.md");
    }

    #[test]
    fn every_link_of_the_page_has_its_one_heading() {
        let links = crate::page::checked_links(&text());
        assert!(links > 80, "{links}");
    }
}
