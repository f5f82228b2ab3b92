//! Writes `docs/reference.md`, the reference of the bpftrace language, from the catalogue.

mod entries;
mod tables;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use bt_catalog::{
    AGGREGATIONS, ANNOTATIONS, BUILTINS, CONFIG_KEYS, ConstantKind, FUNCTIONS, PROBE_TYPES, SYNTAX, Version,
    constants,
};

use crate::page::Page;
use entries::{Entry, names};

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/reference.md");

/// Writes the page.
pub(crate) fn write() -> Result<()> {
    fs::write(Path::new(PATH), text()).context("cannot write docs/reference.md")
}

/// The page.
fn text() -> String {
    let mut page = Page::default();
    syntax(&mut page);
    tables::operators(&mut page);
    section(&mut page, "Probe types", PROBES, PROBE_TYPES.iter().map(Entry::of_probe_type));
    names_by_place(&mut page);
    section(&mut page, "Builtins", BUILTIN_VALUES, BUILTINS.iter().map(Entry::of_builtin));
    functions(&mut page);
    section(&mut page, "Aggregations", AGGREGATING, AGGREGATIONS.iter().map(Entry::of_aggregation));
    tables::conversions(&mut page);
    tables::types(&mut page);
    section(&mut page, "Config keys", CONFIG, CONFIG_KEYS.iter().map(Entry::of_config_key));
    section(&mut page, "Annotations", ANNOTATING, ANNOTATIONS.iter().map(Entry::of_annotation));
    tables::replacements(&mut page);
    page.finish(&format!(
        "# The bpftrace language\n\n\
         <!-- Made by `cargo run -p xtask -- reference` from crates/bt_catalog: change it there. -->\n\n\
         What bpflens knows of the language of bpftrace, releases {} to {}.{}. **Since** and **removed** name the \
         first release with and without a name; what has neither was always there. Examples are scripts for the \
         newest release.\n",
        Version::OLDEST,
        Version::NEWEST.major,
        Version::NEWEST.minor,
    ))
}

const PROBES: &str = "What a script can attach to. Behind the form stand the aliases. Wildcards stand for several; \
    `bpftrace -l 'PATTERN'` lists what there is. Since 0.24 the case of the names does not matter.";
const BUILTIN_VALUES: &str = "Values that are there without being assigned. Since 0.24 most can also be written \
    as a call, `cpu()`.";
const AGGREGATING: &str = "The whole right-hand side of an assignment to a map, `@name[key] = count()`. A map has \
    one aggregation. Those that are numbers can be cast, compared and looped over.";
const CONFIG: &str = "Keys of the block `config = { key = value; }`, which came with 0.20. `key`, `KEY` and \
    `BPFTRACE_KEY` are the same; the last one is also an environment variable, of every release.";
const ANNOTATING: &str = "Comment lines of their own, by which a script says how it is exported. They are for \
    bpflens and PCP's agent; bpftrace skips them.";

fn section<'a>(page: &mut Page, title: &str, about: &str, entries: impl Iterator<Item = Entry<'a>>) {
    page.section(title, about);
    entries.for_each(|entry| entry.write(page));
}

fn syntax(page: &mut Page) {
    page.section("Syntax", "What a script is made of.");
    for group in SYNTAX.chunk_by(|left, right| left.kind == right.kind) {
        page.group(group[0].kind.title());
        group.iter().map(Entry::of_syntax).for_each(|entry| entry.write(page));
    }
}

fn functions(page: &mut Page) {
    page.section(
        "Functions",
        "A call runs in the kernel when the probe fires, unless it says that it runs later, in the \
         bpftrace process, or while compiling. In brackets stands what may be left out.",
    );
    for theme in FUNCTIONS.chunk_by(|left, right| left.theme == right.theme) {
        page.group(theme[0].theme.title());
        theme.iter().map(Entry::of_function).for_each(|entry| entry.write(page));
    }
}

/// The names that only one place of a script knows.
fn names_by_place(page: &mut Page) {
    page.section("Names by place", "Names that are known at one place of a script only.");
    for kind in ConstantKind::ALL {
        let (title, form) = kind.title();
        page.group(title);
        page.paragraph(&format!("`{form}`"));
        let rows = constants(kind).map(|found| {
            [names(found.name, found.alias), found.summary.into(), entries::life(found.lifetime)]
        });
        page.table(["name", "meaning", "release"], rows);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_page_is_current() {
        let committed = fs::read_to_string(PATH).expect("docs/reference.md is there");
        assert!(committed == text(), "run `cargo run -p xtask -- reference` and commit docs/reference.md");
    }

    #[test]
    fn every_link_of_the_page_has_its_one_heading() {
        let links = crate::page::checked_links(&text());
        assert!(links > 150, "{links}");
    }
}
