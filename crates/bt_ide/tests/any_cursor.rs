//! No place of any script makes an answer fail: every character of the corpus, and random text.

#![expect(clippy::disallowed_methods, reason = "reads the corpus")]

use std::path::Path;

use bt_catalog::Version;
use bt_ide::{ProbeIndex, complete, folding_ranges, hover, signature_help};
use proptest::prelude::*;

/// Asks everything at a byte, and checks what every answer keeps to.
fn ask(source: &str, offset: u32, target: Version, probes: &ProbeIndex) {
    let found = complete(source, offset, target, Some(probes));
    assert!(found.items.len() <= bt_ide::MAX_ITEMS);
    assert!(source.get(found.from as usize..found.to as usize).is_some(), "whole characters");
    if let Some(found) = hover(source, offset, target) {
        assert!(!found.span.text(source).is_empty());
    }
    if let Some(found) = signature_help(source, offset, target) {
        for (from, to) in found.parameters {
            assert!(found.label.get(from as usize..to as usize).is_some_and(|name| !name.is_empty()));
        }
    }
}

#[test]
fn every_place_of_the_corpus_has_answers() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/corpus");
    let probes = ProbeIndex::new("kprobe:vfs_read,tracepoint:sched:sched_switch");
    let mut asked = 0;
    for entry in std::fs::read_dir(folder).expect("the corpus") {
        let path = entry.expect("an entry").path();
        if path.extension().is_none_or(|extension| extension != "bt") {
            continue;
        }
        let source = std::fs::read_to_string(&path).expect("a script");
        for (offset, _) in source.char_indices() {
            ask(&source, offset as u32, Version::NEWEST, &probes);
            asked += 1;
        }
        ask(&source, u32::MAX, Version::OLDEST, &probes);
        folding_ranges(&source);
    }
    assert!(asked > 10_000, "the corpus has more places than {asked}");
}

/// Pieces that scripts are made of, in any order.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("kprobe:"),
        Just("BEGIN"),
        Just("{"),
        Just("}"),
        Just("("),
        Just(")"),
        Just("["),
        Just("]"),
        Just("/"),
        Just("@a"),
        Just("$x"),
        Just(" = "),
        Just(","),
        Just(";"),
        Just("\n"),
        Just("// name: "),
        Just("/*"),
        Just("\""),
        Just("printf"),
        Just("config"),
        Just("let "),
        Just("struct "),
        Just("😀"),
        Just("é"),
        Just("."),
        Just("if "),
        Just("#include "),
        Just("$"),
        Just("@"),
        Just("1"),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn every_place_of_random_text_has_answers(source in pieces(), offset in 0_u32..400) {
        let probes = ProbeIndex::new("kprobe:vfs_read,tracepoint:sched:sched_switch");
        ask(&source, offset, Version::NEWEST, &probes);
        folding_ranges(&source);
    }

    #[test]
    fn every_query_has_an_answer(names in "[a-z:_,*é]{0,200}", query in "[a-zA-Z:_* é]{0,12}") {
        let index = ProbeIndex::new(&names);
        for found in index.search(&query, 10) {
            prop_assert!(names.split(',').any(|name| name.trim() == found.as_str()), "{found}");
        }
    }
}
