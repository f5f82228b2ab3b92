//! Functions and static probes of programs: `uprobe`, `uretprobe`, `usdt`.

use bt_catalog::Version;
use bt_syntax::Span;

use super::kernel_functions::offset;
use super::point::{Number, Part, Point};
use crate::{Diagnostic, Severity};

/// The release that takes a language before the function.
const LANGUAGES: Version = Version::new(0, 19);
/// The release that takes a missing function as the address 0.
const ADDRESS_ZERO: Version = Version::new(0, 24);
/// The release that takes a source line in the place of a function.
const SOURCE_LINES: Version = Version::new(0, 26);
/// The release that refuses an address in several binaries.
const ONE_ADDRESS: Version = Version::new(0, 17);

pub(super) fn check_uprobe(point: &Point<'_>) -> Option<Diagnostic> {
    let parts = point.parts();
    if let Some((file, line)) = source_file(parts) {
        return source_line(point, file, line);
    }
    let (binary, function) = match *parts {
        [] | [_] => return Some(point.wrong_whole(needs_both(point))),
        [binary, function] => (binary, function),
        [_, language, ..] if point.target < LANGUAGES => {
            let found = point.not_yet(language.span, "language", LANGUAGES);
            return Some(found.with_hint("a name with colons in it stands in quotes"));
        }
        [_, language, _] if language.text != "cpp" => return Some(unknown_language(point, language)),
        [binary, _, function] => (binary, function),
        [_, _, first, ..] => return Some(unquoted_name(point, first)),
    };
    if binary.is_empty() {
        return Some(needs_binary(point));
    }
    let is_zero = matches!(point.number(function), Number::Plain(0)) || function.is_empty();
    if is_zero {
        return Some(needs_function(point));
    }
    let is_address = matches!(point.number(function), Number::Plain(_));
    if is_address && binary.is_wildcard() && point.target >= ONE_ADDRESS {
        let message = "an address is of one binary: the path can have no wildcard";
        return Some(point.wrong(binary.span, message));
    }
    offset(point, function, point.known.name == "uprobe")
}

pub(super) fn check_usdt(point: &Point<'_>) -> Option<Diagnostic> {
    let (binary, name) = match *point.parts() {
        [] | [_] => {
            let message = "usdt needs a binary and the name of a probe";
            return Some(point.wrong_whole(message));
        }
        [binary, name] | [binary, _, name] => (binary, name),
        _ => return Some(point.too_many(3)),
    };
    if binary.is_empty() {
        return Some(needs_binary(point));
    }
    name.is_empty().then(|| point.wrong_whole("usdt needs the name of a probe; `*` means all"))
}

fn needs_both(point: &Point<'_>) -> String {
    format!("{} needs a binary and a function", point.known.name)
}

fn needs_binary(point: &Point<'_>) -> Diagnostic {
    let message = format!("{} needs a binary", point.known.name);
    point
        .wrong_whole(message)
        .with_hint("it is a path, or the short name of a library as `libc`; `*` means all")
}

fn needs_function(point: &Point<'_>) -> Diagnostic {
    let is_refused = point.target < ADDRESS_ZERO;
    let severity = if is_refused { Severity::Error } else { Severity::Warning };
    let found = point.wrong_whole(format!("{} needs a function; this is the address 0", point.known.name));
    Diagnostic { severity, ..found }
}

fn unknown_language(point: &Point<'_>, language: Part<'_>) -> Diagnostic {
    point
        .wrong(language.span, format!("`{}` is no language that bpftrace knows", language.text))
        .with_hint("the only one is `cpp`; a name with colons in it stands in quotes")
}

/// `uprobe:a.out:cpp:ns::f`
fn unquoted_name(point: &Point<'_>, first: Part<'_>) -> Diagnostic {
    let name = Span::new(first.span.start, point.span.end);
    let found = point.wrong(name, format!("{} has more parts than it takes", point.known.name));
    let quote = |position| (Span::empty(position), "\"".to_string());
    found
        .with_hint("a name with colons in it stands in quotes")
        .with_fix("Put it in quotes", vec![quote(name.start), quote(name.end)])
}

/// The part with the file of `binary@file:line`, and those behind it.
fn source_file<'a, 'b>(parts: &'b [Part<'a>]) -> Option<(Part<'a>, &'b [Part<'a>])> {
    let (first, line) = parts.split_first()?;
    (first.text.contains('@') && !first.is_quoted()).then_some((*first, line))
}

/// `uprobe:binary@file:line[:column]`
fn source_line(point: &Point<'_>, file: Part<'_>, line: &[Part<'_>]) -> Option<Diagnostic> {
    let position = file.text.find('@').unwrap_or_default();
    let location = Span::new(file.span.start + position as u32, point.span.end);
    if point.target < SOURCE_LINES {
        return Some(
            point
                .not_yet(location, "source line", SOURCE_LINES)
                .with_hint("source lines came with 0.26; a path with `@` in it stands in quotes"),
        );
    }
    if point.known.name == "uretprobe" {
        return Some(point.wrong(location, "uretprobe takes no source line"));
    }
    let numbers = match line {
        [_] | [_, _] if location.start + 1 < file.span.end => line,
        _ => {
            let found = point.wrong(location, "this is no source line");
            return Some(
                found.with_hint("it is written as `uprobe:binary@file.c:line` or `@file.c:line:column`"),
            );
        }
    };
    let wrong = numbers.iter().find(|part| point.number(**part) == Number::Invalid)?;
    Some(point.wrong(wrong.span, format!("`{}` is no number of a line or column", wrong.text)))
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::testing::{check, check_old};
    use expect_test::expect;

    #[test]
    fn good_ones() {
        check(
            "uprobe:/bin/sh:main, uprobe:libc:malloc+4, uprobe:./a.out:cpp:\"ns::f(int)\", uprobe:*:f* { @ = 1; }\n\
             uretprobe:/bin/sh:main, uprobe:/bin/sh:0x1234, uprobe:\"/b@c\":f, uprobe:/bin/sh@a.c:12:3 { @ = 1; }\n\
             usdt:/bin/sh:a:b, usdt:/bin/sh:b, usdt:*:b, usdt:/bin/sh::b { @ = 1; }",
            expect![[""]],
        );
        check_old(
            "uprobe:/bin/sh:main, uprobe:/bin/sh:\"ns::f\", usdt:/bin/sh:a:b { @ = 1; }",
            expect![[""]],
        );
    }

    #[test]
    fn binaries_and_functions() {
        check(
            "uprobe:main { @ = 1; } uprobe::main { @ = 1; } uprobe:/bin/sh: { @ = 1; } uprobe:/b*:0x12 { @ = 1; }\n\
             uprobe:/bin/sh:go:main { @ = 1; } uprobe:/bin/sh:cpp:ns::f { @ = 1; } uretprobe:/bin/sh:main+4 { @ = 1; }\n\
             usdt:/bin/sh { @ = 1; } usdt::a { @ = 1; } usdt:/bin/sh:a: { @ = 1; } usdt:/bin/sh:a:b:c { @ = 1; }",
            expect![[r#"
                error[invalid-attach-point] `uprobe:main`: uprobe needs a binary and a function
                  hint: it is written as `uprobe:binary:function[+offset]`
                error[invalid-attach-point] `uprobe::main`: uprobe needs a binary
                  hint: it is a path, or the short name of a library as `libc`; `*` means all
                warning[invalid-attach-point] `uprobe:/bin/sh:`: uprobe needs a function; this is the address 0
                  hint: it is written as `uprobe:binary:function[+offset]`
                error[invalid-attach-point] `/b*`: an address is of one binary: the path can have no wildcard
                  hint: it is written as `uprobe:binary:function[+offset]`
                error[invalid-attach-point] `go`: `go` is no language that bpftrace knows
                  hint: the only one is `cpp`; a name with colons in it stands in quotes
                error[invalid-attach-point] `ns::f`: uprobe has more parts than it takes
                  hint: a name with colons in it stands in quotes
                  Put it in quotes: "uprobe:main { @ = 1; } uprobe::main { @ = 1; } uprobe:/bin/sh: { @ = 1; } uprobe:/b*:0x12 { @ = 1; }\nuprobe:/bin/sh:go:main { @ = 1; } uprobe:/bin/sh:cpp:\"ns::f\" { @ = 1; } uretprobe:/bin/sh:main+4 { @ = 1; }\nusdt:/bin/sh { @ = 1; } usdt::a { @ = 1; } usdt:/bin/sh:a: { @ = 1; } usdt:/bin/sh:a:b:c { @ = 1; }"
                error[invalid-attach-point] `+4`: uretprobe takes no offset
                  hint: it is written as `uretprobe:binary:function`
                  Remove it: "uprobe:main { @ = 1; } uprobe::main { @ = 1; } uprobe:/bin/sh: { @ = 1; } uprobe:/b*:0x12 { @ = 1; }\nuprobe:/bin/sh:go:main { @ = 1; } uprobe:/bin/sh:cpp:ns::f { @ = 1; } uretprobe:/bin/sh:main { @ = 1; }\nusdt:/bin/sh { @ = 1; } usdt::a { @ = 1; } usdt:/bin/sh:a: { @ = 1; } usdt:/bin/sh:a:b:c { @ = 1; }"
                error[invalid-attach-point] `usdt:/bin/sh`: usdt needs a binary and the name of a probe
                  hint: it is written as `usdt:binary:[namespace:]name`
                error[invalid-attach-point] `usdt::a`: usdt needs a binary
                  hint: it is a path, or the short name of a library as `libc`; `*` means all
                error[invalid-attach-point] `usdt:/bin/sh:a:`: usdt needs the name of a probe; `*` means all
                  hint: it is written as `usdt:binary:[namespace:]name`
                error[invalid-attach-point] `:c`: usdt has no place for this part
                  hint: it is written as `usdt:binary:[namespace:]name`
                  Remove it: "uprobe:main { @ = 1; } uprobe::main { @ = 1; } uprobe:/bin/sh: { @ = 1; } uprobe:/b*:0x12 { @ = 1; }\nuprobe:/bin/sh:go:main { @ = 1; } uprobe:/bin/sh:cpp:ns::f { @ = 1; } uretprobe:/bin/sh:main+4 { @ = 1; }\nusdt:/bin/sh { @ = 1; } usdt::a { @ = 1; } usdt:/bin/sh:a: { @ = 1; } usdt:/bin/sh:a:b { @ = 1; }"
            "#]],
        );
        check_old(
            "uprobe:/bin/sh:cpp:f { @ = 1; } uprobe:/bin/sh: { @ = 1; } uprobe:/bin/sh@a.c:1 { @ = 1; }",
            expect![[r#"
                error[invalid-attach-point] `cpp`: uprobe takes no language in bpftrace 0.17
                  hint: a name with colons in it stands in quotes
                error[invalid-attach-point] `uprobe:/bin/sh:`: uprobe needs a function; this is the address 0
                  hint: it is written as `uprobe:binary:function[+offset]`
                error[invalid-attach-point] `@a.c:1`: uprobe takes no source line in bpftrace 0.17
                  hint: source lines came with 0.26; a path with `@` in it stands in quotes
            "#]],
        );
    }

    #[test]
    fn source_lines() {
        check(
            "uprobe:/bin/sh@a.c { @ = 1; } uprobe:/bin/sh@a.c:x { @ = 1; } uprobe:/bin/sh@:12 { @ = 1; }\n\
             uretprobe:/bin/sh@a.c:12 { @ = 1; }",
            expect![[r#"
                error[invalid-attach-point] `@a.c`: this is no source line
                  hint: it is written as `uprobe:binary@file.c:line` or `@file.c:line:column`
                error[invalid-attach-point] `x`: `x` is no number of a line or column
                  hint: it is written as `uprobe:binary:function[+offset]`
                error[invalid-attach-point] `@:12`: this is no source line
                  hint: it is written as `uprobe:binary@file.c:line` or `@file.c:line:column`
                error[invalid-attach-point] `@a.c:12`: uretprobe takes no source line
                  hint: it is written as `uretprobe:binary:function`
            "#]],
        );
    }
}
