//! What four releases of bpftrace wrote of the scripts of `tests/corpus` that they refuse, as findings in those scripts.
//!
//! `tests/verdicts` makes the recordings. The listings in `tests/verdicts/findings` are read by people: each finding must
//! stand at the place in the script that it is about. UPDATE_EXPECT=1 writes them anew.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test reads its fixtures and may panic"
)]

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use bt_analysis::{Diagnostic, bpftrace_errors};
use bt_syntax::LineTable;
use expect_test::expect_file;

fn tests() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests")
}

/// The scripts below `folder`, by their names.
fn add_scripts(folder: &Path, scripts: &mut BTreeMap<String, String>) {
    for path in fs::read_dir(folder).expect("the folder is there").flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            add_scripts(&path, scripts);
        } else if let Some(name) = path.file_stem() {
            let source = fs::read_to_string(&path).expect("scripts are text");
            scripts.insert(name.to_string_lossy().into_owned(), source);
        }
    }
}

fn list(found: &[Diagnostic], source: &str, listing: &mut String) {
    let lines = LineTable::new(source);
    for finding in found {
        let place = lines.line_column(source, finding.span.start);
        let text = finding.span.text(source);
        let severity = finding.severity.name();
        write!(listing, "  {}:{} {severity} {text:?}: {}", place.line, place.column, finding.message)
            .unwrap();
        let hint = finding.hint.as_ref().map(|hint| format!(" (hint: {hint})")).unwrap_or_default();
        writeln!(listing, "{hint}").unwrap();
    }
}

/// The findings of every recording of a release, script by script.
fn listing(version: &str) -> String {
    let mut scripts = BTreeMap::new();
    add_scripts(&tests().join("corpus"), &mut scripts);
    let folder = tests().join("verdicts/stderr").join(version);
    let mut listing = String::new();
    let mut recordings: Vec<_> =
        fs::read_dir(folder).expect("there are recordings").flatten().map(|entry| entry.path()).collect();
    recordings.sort();
    for path in recordings {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let stderr = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
        let source = scripts.get(&name).unwrap_or_else(|| panic!("{name} is no script any more"));
        writeln!(listing, "{name}").unwrap();
        list(&bpftrace_errors(&stderr, source), source, &mut listing);
    }
    listing
}

#[test]
fn findings_of_0_11() {
    expect_file!["../../../tests/verdicts/findings/0.11.txt"].assert_eq(&listing("0.11"));
}

#[test]
fn findings_of_0_17() {
    expect_file!["../../../tests/verdicts/findings/0.17.txt"].assert_eq(&listing("0.17"));
}

#[test]
fn findings_of_0_23() {
    expect_file!["../../../tests/verdicts/findings/0.23.txt"].assert_eq(&listing("0.23"));
}

#[test]
fn findings_of_0_27() {
    expect_file!["../../../tests/verdicts/findings/0.27.txt"].assert_eq(&listing("0.27"));
}
