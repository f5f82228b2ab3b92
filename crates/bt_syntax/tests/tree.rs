//! Text in, tree out: what binds to what, and what is left after an error.

mod printer;

use bt_syntax::parse;
use expect_test::{Expect, expect};
use printer::{block, item_text};

/// The tree as nested lists, then the errors.
fn check(source: &str, expected: Expect) {
    let parse = parse(source);
    let mut text = String::new();
    for item in &parse.program.items {
        text += &format!("{}\n", item_text(source, &parse.program, item));
    }
    for error in &parse.errors {
        text += &format!("{}..{} {error}\n", error.span.start, error.span.end);
    }
    expected.assert_eq(&text);
}

/// The tree of one expression.
fn check_expression(expression: &str, expected: &str) {
    let source = format!("BEGIN {{ {expression} }}");
    let parse = parse(&source);
    let text = parse.program.probes().next().map(|probe| block(&source, &parse.program, &probe.body));
    assert_eq!(text.as_deref(), Some(format!("{{{expected}}}").as_str()), "{expression}: {:?}", parse.errors);
    assert_eq!(parse.errors, [], "{expression}");
}

#[test]
fn precedence() {
    let cases = [
        ("1 + 2 * 3", "(Plus 1 (Star 2 3))"),
        ("1 - 2 - 3", "(Minus (Minus 1 2) 3)"),
        ("1 << 2 + 3", "(ShiftLeft 1 (Plus 2 3))"),
        ("1 < 2 << 3", "(Less 1 (ShiftLeft 2 3))"),
        ("1 == 2 < 3", "(Equal 1 (Less 2 3))"),
        ("1 & 2 == 3", "(And 1 (Equal 2 3))"),
        ("1 | 2 ^ 3 & 4", "(Or 1 (Xor 2 (And 3 4)))"),
        ("1 || 2 && 3", "(OrOr 1 (AndAnd 2 3))"),
        ("1 ? 2 : 3 ? 4 : 5", "(? 1 2 (? 3 4 5))"),
        ("1 ?: 2", "(? 1 2)"),
        ("1 || 2 ? 3 : 4", "(? (OrOr 1 2) 3 4)"),
        ("(1 + 2) * 3", "(Star (Plus 1 2) 3)"),
        ("!1 + -2", "(Plus (Not 1) (Minus 2))"),
        ("-$x.y[1]", "(Minus (index (field $x y) 1))"),
        ("*$x++", "(Star (postfix PlusPlus $x))"),
        ("++@x[1]", "(prefix PlusPlus @x[1])"),
        ("$x->y.0", "(field (field $x y) 0)"),
    ];
    for (source, expected) in cases {
        check_expression(source, expected);
    }
}

#[test]
fn casts_and_parentheses() {
    let cases = [
        ("(uint8)$x", "(cast uint8 $x)"),
        ("(struct s *)$x", "(cast struct s * $x)"),
        ("((struct s *)$x)->f", "(field (cast struct s * $x) f)"),
        ("(struct s *)$x->f", "(cast struct s * (field $x f))"),
        ("(uint8[8])$x", "(cast uint8[8] $x)"),
        ("(my_type)$x", "(cast my_type $x)"),
        ("(my_type)*$x", "(cast my_type (Star $x))"),
        ("(pid)*tid", "(Star pid tid)"),
        ("(pid) - 1", "(Minus pid 1)"),
        ("(1, \"a\")", "(tuple 1 \"a\")"),
        ("(1,)", "(tuple 1)"),
        ("(a = 1, b = 2)", "(record 1 2)"),
        ("sizeof(struct s *)", "sizeof(struct s *)"),
        ("sizeof(uint64)", "sizeof(uint64)"),
        ("offsetof(struct s, f)", "offsetof(struct s f)"),
    ];
    for (source, expected) in cases {
        check_expression(source, expected);
    }
}

#[test]
fn a_whole_script() {
    check(
        "#include <a.h>\nstruct s { int a; };\nconfig = { max_strlen = 64; stack_mode = perf }\nimport \"x.bt\";\n\
         let @m = hash(10);\nmacro add($a, @b) { @b += $a; }\nfn two($a : uint64) : uint64 { return 2; }\n\
         a = kprobe:f, kprobe:g /pid == 1 / 2/ { if $x { @a++ } else if (1) { } else { exit() } unroll (3) { } }\n\
         interval:s:1 { for ($kv : @m) { print($kv) } for $i : 0..5 { } while (1) { break; continue; } let $y; _ = 1; }",
        expect![[r##"
            preprocessor "#include <a.h>"
            c s
            config 2
            import "x.bt"
            declare @m
            macro 2 {@b PlusAssign $a}
            fn 1 {return 2}
            a = kprobe:f,kprobe:g /(Equal pid (Slash 1 2))/ {if $x {(postfix PlusPlus @a)} if 1 {} else {exit()}; unroll 3 {}}
            interval:s:1 {for $kv @m {print($kv)}; for $i 0..5 {}; while 1 {break; continue}; let $y ; _ Assign 1}
        "##]],
    );
}

#[test]
fn an_error_leaves_the_rest() {
    check(
        "BEGIN { @a = ; @b = 2; @c[1 = 3; @d = f(1; @e = (2; @f = 5 }",
        expect![[r#"
            BEGIN {@a Assign ?; @b Assign 2; @c[1] Assign 3; @d Assign f(1); @e Assign 2; @f Assign 5}
            13..14 expected a value, found `;`
            28..29 expected `]` to close the `[` of line 1, found `=`
            41..42 expected `)` to close the `(` of line 1, found `;`
            50..51 expected `)` to close the `(` of line 1, found `;`
        "#]],
    );
    check(
        "BEGIN { @a = 1 @b = 2; foo bar; if (1 { @c = 3; } @d = 4; }\ninterval:s:1 { @e = 5; }",
        expect![[r#"
            BEGIN {@a Assign 1; @b Assign 2; foo; bar; if 1 {@c Assign 3}; @d Assign 4}
            interval:s:1 {@e Assign 5}
            15..17 expected `;`, found `@b`
            27..30 expected `;`, found `bar`
            38..39 expected `)` to close the `(` of line 1, found `{`
        "#]],
    );
    check(
        "BEGIN { @a = count(\nkprobe:f { @b = 1;\nEND { @c = 1; }",
        expect![[r#"
        BEGIN {@a Assign count()}
        kprobe:f {@b Assign 1}
        END {@c Assign 1}
        18..19 this is never closed: `)` is missing
        29..30 this is never closed: `}` is missing
    "#]],
    );
    check(
        "kprobe:f kprobe:g { @a = 1; }\n} BEGIN @a = 1;\nEND { @b = 2; }",
        expect![[r#"
        kprobe:f {}
        kprobe:g {@a Assign 1}
        BEGIN {}
        END {@b Assign 2}
        9..17 expected `{`, found `kprobe:g`
        30..31 this closes nothing
        38..40 expected `{`, found `@a`
    "#]],
    );
    check(
        "struct s { int a;\nBEGIN { @a = 1; }",
        expect![[r#"
            c s
            BEGIN {@a Assign 1}
            9..10 this is never closed: `}` is missing
        "#]],
    );
}
