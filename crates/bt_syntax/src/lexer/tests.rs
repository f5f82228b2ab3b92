//! Text to tokens: what a character means by its place.

use super::tokens;
use crate::TokenKind;
use expect_test::{Expect, expect};

/// The tokens but for blanks, one a line.
fn check(text: &str, expected: Expect) {
    let mut listing = String::new();
    let mut end = 0;
    for token in tokens(text) {
        assert_eq!(token.span.start, end, "tokens tile the text");
        end = token.span.end;
        if token.kind != TokenKind::Whitespace {
            listing.push_str(&format!("{:?} {}\n", token.kind, token.span.text(text)));
        }
    }
    assert_eq!(end as usize, text.len(), "tokens tile the text");
    expected.assert_eq(&listing);
}

#[test]
fn an_attach_point_is_raw_text() {
    check(
        "uprobe:/bin/a:\"f, {\",BEGIN/pid/{}",
        expect![[r#"
            AttachPoint uprobe:/bin/a:"f, {"
            Comma ,
            AttachPoint BEGIN
            Slash /
            Identifier pid
            Slash /
            LeftBrace {
            RightBrace }
        "#]],
    );
    check(
        "kprobe:*,\n// why\nuprobe:lib*/x:$1 {}",
        expect![[r#"
            AttachPoint kprobe:*
            Comma ,
            LineComment // why
            AttachPoint uprobe:lib*/x:$1
            LeftBrace {
            RightBrace }
        "#]],
    );
}

#[test]
fn definitions_stand_before_probes() {
    check(
        "#!/usr/bin/bpftrace\n#include <a.h>\nstruct s { int a; struct { char b; } c; };\n\
         enum e { A } __attribute__((packed)) config = { max_strlen = 1 } BEGIN { config }",
        expect![[r#"
            Shebang #!/usr/bin/bpftrace
            Preprocessor #include <a.h>
            Struct struct
            Identifier s
            CBody { int a; struct { char b; } c; }
            Semicolon ;
            Enum enum
            Identifier e
            CBody { A }
            CAttribute __attribute__((packed))
            Config config
            Assign =
            LeftBrace {
            Identifier max_strlen
            Assign =
            Integer 1
            RightBrace }
            AttachPoint BEGIN
            LeftBrace {
            Identifier config
            RightBrace }
        "#]],
    );
}

#[test]
fn a_probe_at_the_start_of_a_line_ends_an_open_block() {
    check(
        "kprobe:f { if (1) {\nEND { exit() }",
        expect![[r#"
            AttachPoint kprobe:f
            LeftBrace {
            If if
            LeftParenthesis (
            Integer 1
            RightParenthesis )
            LeftBrace {
            AttachPoint END
            LeftBrace {
            Identifier exit
            LeftParenthesis (
            RightParenthesis )
            RightBrace }
        "#]],
    );
}

#[test]
fn comments_and_strings_hide_each_other() {
    check(
        r##"BEGIN { "//" /* " */ $#; '"# // @x"##,
        expect![[r##"
            AttachPoint BEGIN
            LeftBrace {
            String "//"
            BlockComment /* " */
            PositionalCount $#
            Semicolon ;
            Invalid '
            String "# // @x
        "##]],
    );
}

#[test]
fn numbers_and_dots() {
    check(
        "BEGIN { 1..2; $x.0.1; 1_000us; @a.b }",
        expect![[r#"
            AttachPoint BEGIN
            LeftBrace {
            Integer 1
            DotDot ..
            Integer 2
            Semicolon ;
            Variable $x
            Dot .
            Integer 0
            Dot .
            Integer 1
            Semicolon ;
            Integer 1_000us
            Semicolon ;
            Map @a
            Dot .
            Identifier b
            RightBrace }
        "#]],
    );
}

#[test]
fn what_is_open_ends_where_a_probe_or_definition_begins() {
    check(
        "begin { { @a end { ( kprobe:f { $x ? software:1 : t:2\nmacro m() { if end { } }",
        expect![[r#"
            AttachPoint begin
            LeftBrace {
            LeftBrace {
            Map @a
            AttachPoint end
            LeftBrace {
            LeftParenthesis (
            AttachPoint kprobe:f
            LeftBrace {
            Variable $x
            Question ?
            Identifier software
            Colon :
            Integer 1
            Colon :
            Identifier t
            Colon :
            Integer 2
            Macro macro
            Identifier m
            LeftParenthesis (
            RightParenthesis )
            LeftBrace {
            If if
            Identifier end
            LeftBrace {
            RightBrace }
            RightBrace }
        "#]],
    );
}

#[test]
fn what_is_not_closed_costs_its_line_at_most() {
    check(
        "begin { /* a\n@a = \"b } end { 'c' }\n}",
        expect![[r#"
            AttachPoint begin
            LeftBrace {
            BlockComment /* a
            Map @a
            Assign =
            String "b 
            RightBrace }
            AttachPoint end
            LeftBrace {
            Invalid 'c'
            RightBrace }
            RightBrace }
        "#]],
    );
}
