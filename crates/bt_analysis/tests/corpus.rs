//! Every script of `tests/corpus`, and what holds for each: no false errors, the errors that are there, and the
//! structure of what analysis returns. Mutations of them must not break that structure.

#![expect(clippy::disallowed_methods, reason = "a test reads its fixtures")]

mod invariants;

use std::fs;
use std::path::{Path, PathBuf};

use bt_analysis::{Facts, Severity, analyse, bpftrace_errors, instrument, report, report_json};
use bt_catalog::Version;
use invariants::check_invariants;
use proptest::prelude::*;

const OLD: Version = Version::new(0, 17);
const NEW: Version = Version::NEWEST;

/// Scripts of the folder `sub` of the corpus, by name.
fn scripts(sub: &str) -> Vec<(PathBuf, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/corpus").join(sub);
    let mut paths: Vec<PathBuf> =
        fs::read_dir(&folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "bt"));
    paths.sort();
    paths
        .into_iter()
        .map(|path| (path.clone(), fs::read_to_string(&path).expect("scripts are text")))
        .collect()
}

/// The folders of the corpus: what bpftrace 0.17 and the newest release take, what only the newest or only 0.17 takes, what
/// all refuse, and what they refuse because of something outside the script. What stands below `pending` is judged wrongly
/// here as yet. `tests/verdicts` asks the real ones.
const FOLDERS: [&str; 9] =
    ["", "newer", "older", "bad", "outside", "pending", "pending/newer", "pending/older", "pending/bad"];

fn all_scripts() -> Vec<String> {
    FOLDERS.into_iter().flat_map(scripts).map(|(_, source)| source).collect()
}

#[test]
fn valid_scripts_have_no_errors() {
    // What depends on the host may also be newer.
    let folders = [("", &[OLD, NEW][..]), ("newer", &[NEW]), ("older", &[OLD]), ("outside", &[NEW])];
    for (folder, targets) in folders {
        for (path, source) in scripts(folder) {
            for target in targets {
                let mut found = analyse(&source, *target).diagnostics;
                found.retain(|found| found.severity == Severity::Error);
                assert_eq!(found, [], "{} for {target}", path.display());
            }
        }
    }
}

#[test]
fn scripts_of_one_release_are_errors_for_the_other() {
    for (folder, other) in [("newer", OLD), ("older", NEW)] {
        for (path, source) in scripts(folder) {
            assert!(analyse(&source, other).has_errors(), "{} for {other}", path.display());
        }
    }
}

/// The first line of a bad script names the error: `// error[code]`, where `syntax` stands for all whose code begins so.
/// An older release may stumble over another first.
#[test]
fn bad_scripts_have_their_error() {
    for (path, source) in scripts("bad") {
        let first = source.lines().next().unwrap();
        let code = first.strip_prefix("// error[").and_then(|rest| rest.strip_suffix(']')).unwrap();
        let found = analyse(&source, NEW).diagnostics;
        let has_it = found.iter().any(|found| {
            let is_it = found.code == code || code == "syntax" && found.code.starts_with("syntax-");
            found.severity == Severity::Error && is_it
        });
        assert!(has_it, "{}: {found:?}", path.display());
        assert!(analyse(&source, OLD).has_errors(), "{}", path.display());
    }
}

#[test]
fn the_corpus_keeps_its_size() {
    assert!(scripts("").len() >= 120 && scripts("newer").len() >= 60 && scripts("bad").len() >= 70);
}

#[test]
fn the_structure_of_every_result_is_sound() {
    for source in all_scripts() {
        check_invariants(&source, OLD);
        check_invariants(&source, NEW);
    }
}

/// What is appended is a script of its own kind: the whole has the same maps and no new errors.
#[test]
fn instrumented_scripts_are_valid() {
    for (path, source) in scripts("") {
        let facts = analyse(&source, OLD).facts;
        let again = analyse(&instrument(&source, &facts), OLD);
        assert!(!again.has_errors(), "{}: {:?}", path.display(), again.diagnostics);
        let names = |facts: &Facts| facts.maps.iter().map(|map| map.name.clone()).collect::<Vec<_>>();
        assert_eq!(names(&again.facts), names(&facts));
    }
}

#[test]
fn a_report_has_the_fields_of_the_command() {
    let source = "// unit: @é us\nBEGIN { printf(\"é\"); @a[comm] = cuont(); @b = hist(1); }";
    let json: serde_json::Value = serde_json::from_str(&report_json("a.bt", source, NEW)).unwrap();
    assert_eq!(json["file"], "a.bt");
    let found = &json["diagnostics"][1];
    assert_eq!(found["severity"], "error");
    assert_eq!(found["code"], "unknown-function");
    assert_eq!((&found["line"], &found["column"]), (&2.into(), &33.into()));
    assert_eq!(found["start"], source.find("cuont").unwrap());
    assert_eq!(found["end"], source.find("cuont").unwrap() + 5);
    assert_eq!(found["fixes"][0]["edits"][0]["insert"], "count");
    let map = &json["facts"]["maps"][1];
    assert_eq!(
        (&map["name"], &map["shape"], &map["value_type"]),
        (&"@b".into(), &"histogram".into(), &"u64".into())
    );
    assert_eq!((&map["semantics"], &map["metrictype"]), (&"counter".into(), &"histogram".into()));
    assert_eq!(json["facts"]["maps"][0]["key"], serde_json::json!(["string"]));
    assert_eq!(json["facts"]["outputs"][0]["kind"], "printf");
    assert!(report("a.bt", source, NEW).has_errors());
}

/// The script with a piece cut out at `at`, and another put in its place.
fn mutated(source: &str, at: prop::sample::Index, length: usize, insert: &str) -> String {
    let start = source.floor_char_boundary(at.index(source.len() + 1));
    let end = source.ceil_char_boundary((start + length).min(source.len()));
    format!("{}{insert}{}", &source[..start], &source[end..])
}

const INSERTED: &[&str] =
    &["", "{", "}", "(", ")", "\"", "@", "@x[", ";", "/*", "\n", "\n// name: é\n", "count()", "1 +", "if"];

/// Forms of lines on stderr, with `<a>`, `<b>` and `<c>` for numbers.
const STDERR_LINES: &[&str] = &[
    "stdin:<a>:<b>-<c>: ERROR: é\n",
    "stdin:<a>:<b>-<c>: WARNING: é\n ~~\n",
    "stdin:<a>-<b>: BUG: é\ré\n",
    "stdlib/base.bt:<a>-<b>: ERROR: é\n",
    "stdin:<a>:<b>-<c>: ERROR: expanded from\n",
    "definitions.h:<a>:<b>: error: é\n",
    "Input (<b><c>): é\né\n",
    "HINT: é\n",
    "Error attaching probe: 'kprobe:vfs_read'\n",
    "é",
];

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn prefixes_of_scripts(source in prop::sample::select(all_scripts()), at in any::<prop::sample::Index>()) {
        let end = source.floor_char_boundary(at.index(source.len() + 1));
        check_invariants(&source[..end], NEW);
    }

    #[test]
    fn mutations_of_scripts(
        source in prop::sample::select(all_scripts()),
        at in any::<prop::sample::Index>(),
        length in 0..8_usize,
        insert in prop::sample::select(INSERTED),
    ) {
        check_invariants(&mutated(&source, at, length, insert), OLD);
    }

    #[test]
    fn any_text(source in any::<String>()) {
        check_invariants(&source, NEW);
    }

    #[test]
    fn any_stderr(
        lines in prop::collection::vec((0..5_u32, 0..9_u32, 0..9_u32, prop::sample::select(STDERR_LINES)), 0..8),
        source in prop_oneof![any::<String>(), prop::sample::select(all_scripts())],
    ) {
        let line = |(a, b, c, form): &(u32, u32, u32, &str)| {
            form.replace("<a>", &a.to_string()).replace("<b>", &b.to_string()).replace("<c>", &c.to_string())
        };
        let stderr: String = lines.iter().map(line).collect();
        for found in bpftrace_errors(&stderr, &source) {
            prop_assert!(source.get(found.span.start as usize..found.span.end as usize).is_some());
        }
    }
}
