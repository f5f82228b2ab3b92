//! What is left of a script that someone is still writing: cut off, or wrong in one token.
#![expect(clippy::disallowed_methods, reason = "the corpus is a folder of files")]

mod invariants;
mod printer;

use std::fs;
use std::path::Path;

use bt_syntax::tree::{Item, Probe};
use bt_syntax::{Parse, Span, tokens};
use expect_test::{Expect, expect};

/// What is put into a script, before a token or in its place.
const STRAY: &[&str] = &[
    "{", "}", "(", ")", "[", "]", ";", ",", "/", "=", "==", "+", "++", "-", "*", "&", "!", "?", ":", ".",
    "..", "->", "@x", "$x", "1", "1s", "\"", "\"s\"", "pid", "foo", "count()", "(uint8)", "if", "else",
    "while", "for", "unroll", "let", "return", "struct", "config", "import", "macro", "fn", "#", "'", "\\",
    "/*", "kprobe:f",
];

/// What is left of a script, then its errors.
fn check(source: &str, expected: Expect) {
    let parse = invariants::check(source);
    let items = parse.program.items.iter().map(|item| printer::item_text(source, &parse.program, item));
    let errors = parse.errors.iter().map(|error| format!("{}..{} {error}", error.span.start, error.span.end));
    let lines: Vec<_> = items.chain(errors).collect();
    expected.assert_eq(&(lines.join("\n") + "\n"));
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

/// The corpus; each script is valid for some version.
fn scripts() -> Vec<(String, String)> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/corpus");
    let mut scripts = Vec::new();
    for folder in [corpus.clone(), corpus.join("newer")] {
        for entry in fs::read_dir(folder).expect("the corpus is there").flatten() {
            if entry.path().extension().is_some_and(|extension| extension == "bt") {
                let text = fs::read_to_string(entry.path()).expect("a script is text");
                scripts.push((entry.file_name().to_string_lossy().into_owned(), text));
            }
        }
    }
    scripts.sort();
    assert!(scripts.len() > 40, "the corpus is there");
    scripts
}

/// Attach points and action of a probe, as text.
fn probe_text(text: &str, parse: &Parse, probe: &Probe) -> String {
    printer::item_text(text, &parse.program, &Item::Probe(probe.clone()))
}

/// The probes of `original` that are not within `touched`, but not in `changed` either.
fn lost_probes(
    text: &str,
    original: &Parse,
    touched: Span,
    changed_text: &str,
    changed: &Parse,
) -> Vec<String> {
    let left: Vec<_> =
        changed.program.probes().map(|probe| probe_text(changed_text, changed, probe)).collect();
    let untouched = original
        .program
        .probes()
        .filter(|probe| probe.span.end < touched.start || touched.end < probe.span.start);
    untouched.map(|probe| probe_text(text, original, probe)).filter(|probe| !left.contains(probe)).collect()
}

/// Whether it can take the rest of its line with it: with a quote or end of comment that stands there.
fn opens_a_line(stray: &str) -> bool {
    stray.starts_with(" \" ") || stray.starts_with(" /*")
}

#[test]
fn one_wrong_token_costs_no_other_probe() {
    let (mut losses, mut count) = (Vec::new(), 0);
    let mut stray = STRAY.iter().cycle();
    for (name, text) in scripts() {
        let original = invariants::check(&text);
        let all: Vec<_> = tokens(&text).into_iter().filter(|token| !token.kind.is_trivia()).collect();
        for (position, token) in all.iter().enumerate() {
            let (start, end) = (token.span.start as usize, token.span.end as usize);
            // What is put between two tokens touches what either belongs to.
            let before = position.checked_sub(1).map_or(0, |before| all[before].span.start);
            let mut edits = vec![(token.span, String::new(), format!("without `{}`", &text[start..end]))];
            for _ in 0..2 {
                let sign = stray.next().expect("a cycle does not end");
                edits.push((
                    Span::new(before, token.span.end),
                    format!(" {sign} {}", &text[start..end]),
                    format!("with `{sign}`"),
                ));
            }
            let sign = stray.next().expect("a cycle does not end");
            edits.push((token.span, format!(" {sign} "), format!("`{sign}` for `{}`", &text[start..end])));
            for (mut touched, replacement, what) in edits {
                if opens_a_line(&replacement) {
                    let line_end = text[end..].find('\n').map_or(text.len(), |length| end + length);
                    touched.end = line_end as u32;
                }
                let changed_text = format!("{}{replacement}{}", &text[..start], &text[end..]);
                let changed = invariants::check(&changed_text);
                let lost = lost_probes(&text, &original, touched, &changed_text, &changed);
                count += 1;
                if !lost.is_empty() {
                    losses.push(format!("{name} at {start}, {what}: {lost:?}"));
                }
            }
        }
    }
    assert!(losses.is_empty(), "{} of {count}:\n{}", losses.len(), losses.join("\n"));
}

#[test]
fn a_cut_leaves_the_action_and_what_stands_before_it() {
    let (mut losses, mut count) = (Vec::new(), 0);
    for (name, text) in scripts() {
        let original = invariants::check(&text);
        for (cut, _) in text.char_indices() {
            let changed = invariants::check(&text[..cut]);
            let Some(index) = original.program.probes().position(|probe| {
                let body = probe.body.span;
                (body.start as usize) < cut && cut <= body.end as usize
            }) else {
                continue;
            };
            count += 1;
            let before = original.program.probes().take(index);
            let is_whole = |(old, new)| probe_text(&text, &original, old) == probe_text(&text, &changed, new);
            let survives = changed.program.probes().count() == index + 1
                && before.zip(changed.program.probes()).all(is_whole)
                && keeps_statements(&text, &original, &changed, index, cut as u32);
            if !survives {
                losses.push(format!("{name} at {cut}: {:?}", &text[cut.saturating_sub(20)..cut]));
            }
        }
    }
    let share = 1.0 - losses.len() as f64 / count as f64;
    assert!(share >= 0.99, "only {share} of {count}:\n{}", losses.join("\n"));
}

/// Whether the last probe of a cut script has the attach points of the original, and its statements up to the cut.
fn keeps_statements(text: &str, original: &Parse, changed: &Parse, index: usize, cut: u32) -> bool {
    let probe = |parse: &Parse| parse.program.probes().nth(index).cloned();
    let (Some(old), Some(new)) = (probe(original), probe(changed)) else { return false };
    let points = |probe: &Probe| probe.attach_points.iter().map(|point| point.span).collect::<Vec<_>>();
    let whole: Vec<_> = old.body.statements.iter().take_while(|statement| statement.span.end < cut).collect();
    points(&old) == points(&new)
        && whole.len() <= new.body.statements.len()
        && whole.iter().zip(&new.body.statements).all(|(old, new)| {
            printer::statement_text(text, &original.program, old)
                == printer::statement_text(text, &changed.program, new)
        })
}
