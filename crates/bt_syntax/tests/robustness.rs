//! Foreign input: nothing panics, nothing overflows the stack, nothing takes more than linear time.

#![expect(clippy::disallowed_methods, reason = "the seeds of the fuzzer are files")]

mod invariants;

use std::fs;
use std::path::Path;

use bt_syntax::parse;
use proptest::prelude::*;

/// Pieces of scripts, to build what is almost one.
const PIECES: &[&str] = &[
    "BEGIN",
    "kprobe:f",
    "interval:s:1",
    "\n",
    " ",
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    ";",
    ",",
    "/",
    "@a",
    "@",
    "$x",
    "$1",
    "$#",
    "=",
    "+=",
    "++",
    "-",
    "*",
    "?",
    ":",
    "..",
    ".",
    "->",
    "==",
    "1",
    "0x1f",
    "1ms",
    "\"s\"",
    "\"",
    "\\",
    "//c\n",
    "/*",
    "*/",
    "if",
    "else",
    "while",
    "for",
    "unroll",
    "let",
    "return",
    "struct",
    "struct s { int a; };",
    "config",
    "import",
    "macro",
    "fn",
    "count()",
    "f(",
    "#define A 1\n",
    "é",
    "😀",
    "'",
    "(uint8)",
    "args.x",
    "pid",
    "\r\n",
    "\u{b}",
];

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    #[test]
    fn any_text(text in any::<String>()) {
        invariants::check(&text);
    }

    #[test]
    fn almost_a_script(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..60)) {
        invariants::check(&pieces.concat());
    }
}

/// Runs with the stack of a WebAssembly module.
fn with_small_stack(test: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(1 << 20).spawn(test);
    assert!(thread.is_ok_and(|thread| thread.join().is_ok()));
}

#[test]
fn deep_nesting_is_an_error_and_no_overflow() {
    with_small_stack(|| {
        let openings = [
            "(",
            "@a[",
            "f(",
            "!",
            "-",
            "++",
            "if (1) {",
            "{",
            "1 ? ",
            "1 + (",
            "$x.y(",
            "(uint8)",
            "(1, ",
            "(a = ",
            "@a = {",
            "1 ? 2 : ",
            "while (1) {",
            "if 1 {} else { ",
            "unroll 1 {",
            "for ($x : ",
        ];
        for opening in openings {
            for open in ["BEGIN { ", "BEGIN / "] {
                let parse = invariants::check(&format!("{open}{}", opening.repeat(10_000)));
                assert!(!parse.errors.is_empty(), "{opening}");
            }
        }
    });
}

#[test]
fn long_chains_are_an_error_and_no_overflow() {
    with_small_stack(|| {
        for (piece, is_bounded) in [(" + 1", true), (".x", true), ("[0]", true), ("; 1", false)] {
            let parse = invariants::check(&format!("BEGIN {{ $a{} }}", piece.repeat(10_000)));
            assert_eq!(!parse.errors.is_empty(), is_bounded, "{piece}");
        }
        let chain = "else if (1) { @a++ }".repeat(10_000);
        assert_eq!(invariants::check(&format!("BEGIN {{ if (1) {{ }} {chain} }}")).errors, []);
    });
}

#[test]
fn what_nests_too_deep_costs_no_other_probe() {
    let source = format!("BEGIN {{ {} }}\nEND {{ @b = 1; }}", "(".repeat(1000));
    assert_eq!(parse(&source).program.probes().count(), 2);
}

/// Any piece a hundred thousand times: quadratic time would take minutes.
#[test]
fn repetition_takes_linear_time() {
    with_small_stack(|| {
        for piece in PIECES {
            invariants::check(&piece.repeat((1 << 17) / piece.len()));
            invariants::check(&format!("BEGIN {{ {}", piece.repeat((1 << 16) / piece.len())));
        }
    });
}

/// What the fuzzer starts from, and what it once found; see `fuzz/fuzz_targets/parse.rs`.
#[test]
fn the_seeds_of_the_fuzzer_keep_every_promise() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds");
    let seeds: Vec<_> = fs::read_dir(folder).expect("the seeds are there").flatten().collect();
    assert!(seeds.len() >= 12);
    for seed in seeds {
        let text = fs::read_to_string(seed.path()).expect("a seed is text");
        for (cut, _) in text.char_indices() {
            invariants::check(&text[..cut]);
        }
        invariants::check(&text);
    }
}
