//! Keeps the direction between the crates as ARCHITECTURE.md states it.

#![expect(clippy::disallowed_methods, reason = "reads the sources of the workspace")]

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, MetadataCommand, Package};

/// Which of our crates each crate may depend on, beside what these depend on in turn.
const ALLOWED: &[(&str, &[&str])] = &[
    ("bt_catalog", &[]),
    ("bt_metrics", &[]),
    ("bt_syntax", &["bt_catalog"]),
    ("bt_analysis", &["bt_catalog", "bt_metrics", "bt_syntax"]),
    ("bt_output", &["bt_metrics"]),
    ("bt_lifecycle", &["bt_metrics"]),
    ("bt_series", &["bt_metrics"]),
    ("bt_ide", &["bt_analysis", "bt_catalog", "bt_metrics", "bt_syntax"]),
    (
        "bt_wasm",
        &["bt_analysis", "bt_catalog", "bt_ide", "bt_lifecycle", "bt_metrics", "bt_series", "bt_syntax"],
    ),
    ("bt_engine", &["bt_analysis", "bt_catalog", "bt_lifecycle", "bt_metrics", "bt_output", "bt_syntax"]),
    (
        "bpflens",
        &["bt_analysis", "bt_catalog", "bt_engine", "bt_ide", "bt_metrics", "bt_output", "bt_syntax"],
    ),
    ("pcp_sys", &[]),
    ("pcp_pmda", &["pcp_sys"]),
    ("pmda_bpftrace", &["bt_analysis", "bt_catalog", "bt_engine", "bt_metrics", "pcp_pmda"]),
    ("bench_decoder", &["bt_output"]),
    ("bench_pcp", &["pcp_pmda"]),
    ("xtask", &["bt_analysis", "bt_catalog"]),
];

/// The compiler keeps unsafe code out of a crate where this line stands.
const FORBID_UNSAFE: &str = "#![forbid(unsafe_code)]";

/// The crates that talk to C libraries: the only ones that may hold unsafe code.
const MAY_BE_UNSAFE: &[&str] = &["pcp_pmda", "pcp_sys"];

fn workspace() -> Vec<Package> {
    let metadata = MetadataCommand::new().no_deps().exec().expect("cargo knows the workspace");
    metadata.packages
}

#[test]
fn crates_depend_in_one_direction() {
    let allowed: BTreeMap<&str, BTreeSet<&str>> =
        ALLOWED.iter().map(|(name, dependencies)| (*name, dependencies.iter().copied().collect())).collect();
    let packages = workspace();
    let names: BTreeSet<&str> = packages.iter().map(|package| package.name.as_str()).collect();
    assert_eq!(names, allowed.keys().copied().collect(), "every crate of the workspace stands in ALLOWED");
    for package in &packages {
        let ours = package
            .dependencies
            .iter()
            .filter(|dependency| dependency.kind != DependencyKind::Development)
            .map(|dependency| dependency.name.as_str())
            .filter(|name| names.contains(name));
        for dependency in ours {
            assert!(
                allowed[package.name.as_str()].contains(dependency),
                "{} must not depend on {dependency}: see ARCHITECTURE.md",
                package.name
            );
        }
    }
}

#[test]
fn only_the_bindings_to_c_hold_unsafe_code() {
    for package in workspace() {
        if MAY_BE_UNSAFE.contains(&package.name.as_str()) {
            continue;
        }
        for target in &package.targets {
            if target.is_lib() || target.is_bin() {
                let source = std::fs::read_to_string(&target.src_path).unwrap();
                assert!(source.contains(FORBID_UNSAFE), "{} lacks {FORBID_UNSAFE}", target.src_path);
            }
        }
    }
}
