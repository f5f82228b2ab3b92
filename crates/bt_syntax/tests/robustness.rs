//! Foreign input: nothing panics, nothing overflows the stack, nothing takes more than linear time.

use bt_syntax::tree::Item;
use bt_syntax::{MAX_ERRORS, Parse, Span, parse, tokens};
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

/// What holds for every text.
fn check_invariants(text: &str) -> Parse {
    let mut end = 0;
    for token in tokens(text) {
        assert_eq!(token.span.start, end, "tokens tile the text");
        assert!(token.span.end > end, "no token is empty");
        end = token.span.end;
        assert!(text.is_char_boundary(end as usize));
    }
    assert_eq!(end as usize, text.len());
    let parse = parse(text);
    let whole = Span::new(0, text.len() as u32);
    assert!(parse.errors.len() <= MAX_ERRORS);
    for error in &parse.errors {
        assert!(whole.contains(error.span), "{error:?}");
        assert!(text.get(error.span.start as usize..error.span.end as usize).is_some(), "{error:?}");
    }
    let mut behind = 0;
    for item in &parse.program.items {
        assert!(item.span().start >= behind, "items stand one behind the other");
        behind = item.span().end;
        if let Item::Probe(probe) = item {
            assert!(!probe.attach_points.is_empty());
            assert!(probe.body.span.is_empty() || probe.span.contains(probe.body.span));
        }
    }
    for expression in parse.program.expressions.iter() {
        assert!(whole.contains(expression.span));
    }
    parse
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    #[test]
    fn any_text(text in any::<String>()) {
        check_invariants(&text);
    }

    #[test]
    fn almost_a_script(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..60)) {
        check_invariants(&pieces.concat());
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
                let parse = check_invariants(&format!("{open}{}", opening.repeat(10_000)));
                assert!(!parse.errors.is_empty(), "{opening}");
            }
        }
    });
}

#[test]
fn long_chains_are_an_error_and_no_overflow() {
    with_small_stack(|| {
        for (piece, is_bounded) in [(" + 1", true), (".x", true), ("[0]", true), ("; 1", false)] {
            let parse = check_invariants(&format!("BEGIN {{ $a{} }}", piece.repeat(10_000)));
            assert_eq!(!parse.errors.is_empty(), is_bounded, "{piece}");
        }
        let chain = "else if (1) { @a++ }".repeat(10_000);
        assert_eq!(check_invariants(&format!("BEGIN {{ if (1) {{ }} {chain} }}")).errors, []);
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
            check_invariants(&piece.repeat((1 << 17) / piece.len()));
            check_invariants(&format!("BEGIN {{ {}", piece.repeat((1 << 16) / piece.len())));
        }
    });
}
