//! Every kind of finding is explained, and every explanation is true of the analyser.

#![expect(clippy::disallowed_methods, reason = "a test reads the corpus and the sources")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use bt_analysis::{KINDS, Kind, Severity, analyse, kind};
use bt_catalog::Version;

/// The corpus, and the rules with their tests, which show each code.
const CORPUS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/corpus");
const SOURCES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src");

/// No script has these by itself: they come of the host, of bpftrace, or of a script too long to be shown.
const WITHOUT_EXAMPLE: [&str; 4] = ["syntax-limit", "policy", "bpftrace", "bpftrace-text"];

/// The texts of all files below a folder that end so.
fn texts(folder: &Path, extension: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("the folder can be read").path();
        if path.is_dir() {
            found.extend(texts(&path, extension));
        } else if path.extension().is_some_and(|own| own == extension) {
            found.push(fs::read_to_string(&path).expect("it is text"));
        }
    }
    found
}

fn codes(source: &str, target: Version) -> BTreeSet<&'static str> {
    analyse(source, target).diagnostics.iter().map(|found| found.code).collect()
}

#[test]
fn what_the_corpus_and_the_examples_have_is_explained() {
    let examples = KINDS.iter().map(|known| known.example.to_string());
    let scripts: Vec<String> = texts(CORPUS.as_ref(), "bt").into_iter().chain(examples).collect();
    let mut seen = BTreeSet::new();
    for source in &scripts {
        for target in [Version::new(0, 17), Version::NEWEST] {
            seen.extend(codes(source, target));
        }
    }
    let unexplained: Vec<_> = seen.iter().filter(|code| kind(code).is_none()).collect();
    assert!(unexplained.is_empty(), "{unexplained:?}");
    assert!(seen.len() > 60, "{seen:?}");
}

/// The tests of a rule list its findings as `error[code] …`.
#[test]
fn what_the_rules_are_tested_with_is_explained() {
    let mut seen = BTreeSet::new();
    for text in texts(SOURCES.as_ref(), "rs") {
        for line in text.lines().map(str::trim_start) {
            let listed = ["error[", "warning[", "info["].iter().find_map(|start| line.strip_prefix(start));
            seen.extend(listed.and_then(|rest| rest.split_once("] `")).map(|(code, _)| code.to_string()));
        }
    }
    let unexplained: Vec<_> = seen.iter().filter(|code| kind(code).is_none()).collect();
    assert!(unexplained.is_empty(), "{unexplained:?}");
    assert!(seen.len() > 60, "{seen:?}");
}

#[test]
fn examples_have_the_finding() {
    for known in KINDS {
        let has_example = !known.example.is_empty();
        assert_eq!(has_example, !WITHOUT_EXAMPLE.contains(&known.code), "{}", known.code);
        assert_eq!(has_example, known.mended.is_some(), "{}", known.code);
        if has_example {
            let found = codes(known.example, known.example_target());
            assert!(found.contains(known.code), "{}: {found:?}", known.code);
        }
    }
}

/// What puts an example right brings no other error or warning.
#[test]
fn mended_examples_are_good_scripts() {
    for known in KINDS {
        let Some(mended) = known.mended else { continue };
        for target in [known.example_target(), Version::NEWEST] {
            let mut found = analyse(mended, target).diagnostics;
            found.retain(|found| found.severity != Severity::Info || found.code == known.code);
            assert_eq!(found, [], "{}: {mended}", known.code);
        }
    }
}

#[test]
fn texts_are_short_sentences() {
    let mut seen = BTreeSet::new();
    for Kind { code, summary, details, .. } in KINDS {
        assert!(seen.insert(code), "{code} is explained twice");
        assert!(summary.ends_with('.') && summary.len() <= 100, "{code}: {summary}");
        let sentences = details.matches(". ").count() + 1;
        assert!(details.ends_with('.') && sentences <= 4, "{code}: {sentences} sentences");
        assert!(!details.contains("  ") && !summary.contains('\n') && !details.contains('\n'), "{code}");
    }
    assert!(KINDS.len() >= 80, "{}", KINDS.len());
}
