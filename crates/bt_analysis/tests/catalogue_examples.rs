//! Every example of the catalogue is a script that the newest bpftrace takes, and of which something is shown.

use bt_analysis::{Severity, UNSAFE_FUNCTION, analyse};
use bt_catalog::{
    AGGREGATIONS, ANNOTATIONS, BUILTINS, Docs, FUNCTIONS, PROBE_TYPES, Presence, SYNTAX, Version,
};

/// Everything with an example, by name, and whether it wants `--unsafe`.
fn documented() -> impl Iterator<Item = (&'static str, &'static Docs, bool)> {
    let functions = FUNCTIONS.iter().map(|known| (known.name, known.docs(), known.needs_unsafe));
    let safe = AGGREGATIONS.iter().map(|known| (known.name, known.docs()));
    let safe = safe.chain(BUILTINS.iter().map(|known| (known.name, known.docs())));
    let safe = safe.chain(PROBE_TYPES.iter().map(|known| (known.name, known.docs())));
    let safe = safe.chain(SYNTAX.iter().map(|known| (known.name, known.docs())));
    let safe = safe.chain(ANNOTATIONS.iter().map(|known| (known.key, known.docs())));
    functions
        .chain(safe.map(|(name, docs)| (name, docs, false)))
        .filter(|(_, docs, _)| !docs.example.is_empty())
}

#[test]
fn every_example_is_a_script_without_findings() {
    let (mut count, mut refused) = (0, Vec::new());
    for (name, docs, needs_unsafe) in documented() {
        let found = analyse(docs.example, Version::NEWEST).diagnostics;
        let errors: Vec<_> = found
            .iter()
            .filter(|finding| finding.severity != Severity::Info)
            .filter(|finding| !(needs_unsafe && finding.code == UNSAFE_FUNCTION))
            .collect();
        refused.extend(errors.iter().map(|error| format!("{name}: {}: {}", docs.example, error.message)));
        count += 1;
    }
    assert_eq!(refused, Vec::<String>::new());
    assert!(count > 100, "only {count} examples");
}

#[test]
fn what_an_example_shows_is_known_to_the_newest_release() {
    for known in FUNCTIONS.iter().filter(|known| !known.docs().example.is_empty()) {
        assert_eq!(known.lifetime.at(Version::NEWEST), Presence::Known, "{}", known.name);
    }
}
