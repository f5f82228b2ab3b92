//! A conversion of a format does not take its value, or bpftrace does not have it.

use bt_catalog::{Takes, Type, Version, conversion};
use bt_syntax::{ExpressionId, ExpressionKind, Span};

use super::aggregation_reads::{aggregate, with_way_out};
use super::families::{family, noun};
use super::formats::Format;
use super::{Context, Findings, short};
use crate::Diagnostic;
use crate::conversions::{Conversion, conversions};
use crate::usage::Call;

/// Up to this release `%s` takes text only; newer ones print anything with it.
const LAST_WITH_TEXT_ONLY: Version = Version { major: 0, minor: 23, patch: u16::MAX };

/// Checks each conversion of a call's format and counts them.
pub(super) fn check(
    context: &Context<'_>,
    call: &Call<'_>,
    format: &Format<'_>,
    found: &mut Findings,
) -> usize {
    let mut values = call.arguments[1..].iter();
    let mut count = 0;
    for conversion in conversions(format.text, format.reading) {
        count += 1;
        let start = format.span.start + conversion.position as u32;
        let place = Span { start, end: start + conversion.text.len() as u32 };
        let value = values.next().copied();
        if is_unknown(&conversion) {
            found.push(unknown(&conversion, place));
        } else if let Some(value) = value.filter(|_| call.probe.is_some()) {
            found.extend(mismatch(context, &conversion, place, value));
        }
    }
    count
}

/// Conversions that newer releases read but do not have.
fn is_unknown(found: &Conversion<'_>) -> bool {
    matches!(found.letters, "e" | "f" | "g" | "a" | "n")
}

fn unknown(found: &Conversion<'_>, place: Span) -> Diagnostic {
    let diagnostic =
        Diagnostic::error("printf-conversion", place, format!("bpftrace has no conversion `{}`", found.text));
    match found.letters {
        "n" => diagnostic.with_hint("write a percent sign as `%%`"),
        _ => {
            diagnostic.with_hint("numbers of bpftrace have no fraction: `%d` prints one, `%%` a percent sign")
        }
    }
}

fn mismatch(
    context: &Context<'_>,
    found: &Conversion<'_>,
    place: Span,
    value: ExpressionId,
) -> Option<Diagnostic> {
    let takes = conversion(found.letters)?.takes;
    let text = found.text;
    if let Some(read) = aggregate(context, value) {
        if takes == Takes::Anything && context.target > LAST_WITH_TEXT_ONLY {
            return None;
        }
        let message = format!("`{text}` does not take {}, which holds {}()", read.map, read.how.name);
        return Some(with_way_out(context, read, Diagnostic::error("printf-conversion", read.span, message)));
    }
    let family = family(context, value)?;
    let (is_taken, instead) = match takes {
        Takes::Nothing => (true, None),
        Takes::Integer => (is_number(family), Some(if family == Type::Buffer { "r" } else { "s" })),
        Takes::Buffer => (family == Type::Buffer, Some(if is_number(family) { "d" } else { "s" })),
        Takes::Anything => (is_text(context, value, family), number_conversion(family)),
    };
    if is_taken {
        return None;
    }
    let release = match takes {
        Takes::Anything => format!(" in bpftrace {}", short(context.target)),
        _ => String::new(),
    };
    let message = format!("`{text}` does not take {}{release}", noun(family));
    let diagnostic = Diagnostic::error("printf-conversion", place, message);
    Some(match instead.filter(|letters| *letters != found.letters) {
        Some(letters) => {
            let stem =
                text[..text.len() - found.letters.len()].trim_end_matches(['h', 'l', 'L', 'j', 'z', 't']);
            diagnostic.with_replacement(&format!("{stem}{letters}"))
        }
        None => diagnostic,
    })
}

fn number_conversion(family: Type) -> Option<&'static str> {
    match family {
        Type::Signed | Type::Boolean => Some("d"),
        Type::Pointer => Some("p"),
        Type::Buffer => Some("r"),
        _ => None,
    }
}

fn is_number(family: Type) -> bool {
    matches!(family, Type::Signed | Type::Boolean | Type::Pointer)
}

/// Whether `%s` takes a value.
fn is_text(context: &Context<'_>, value: ExpressionId, family: Type) -> bool {
    let is_literal = matches!(context.parse.program.expressions.get(value).kind, ExpressionKind::Boolean(_));
    context.target > LAST_WITH_TEXT_ONLY
        || is_literal
        || !(is_number(family) || matches!(family, Type::Buffer | Type::Tuple))
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::testing::{check, check_old};
    use expect_test::expect;

    #[test]
    fn values_of_other_kinds() {
        check(
            r#"BEGIN { printf("%-8d %x", comm, kstack); printf("%r", pid); printf("%d", curtask); printf("%s", pid); @n = count(); printf("%d", @n); printf("%d", args.x); }"#,
            expect![[r#"
                error[printf-conversion] `%-8d`: `%-8d` does not take a string
                  Change it to `%-8s`: "BEGIN { printf(\"%-8s %x\", comm, kstack); printf(\"%r\", pid); printf(\"%d\", curtask); printf(\"%s\", pid); @n = count(); printf(\"%d\", @n); printf(\"%d\", args.x); }"
                error[printf-conversion] `%x`: `%x` does not take a kernel stack
                  Change it to `%s`: "BEGIN { printf(\"%-8d %s\", comm, kstack); printf(\"%r\", pid); printf(\"%d\", curtask); printf(\"%s\", pid); @n = count(); printf(\"%d\", @n); printf(\"%d\", args.x); }"
                error[printf-conversion] `%r`: `%r` does not take a number
                  Change it to `%d`: "BEGIN { printf(\"%-8d %x\", comm, kstack); printf(\"%d\", pid); printf(\"%d\", curtask); printf(\"%s\", pid); @n = count(); printf(\"%d\", @n); printf(\"%d\", args.x); }"
                error[printf-conversion] `@n`: `%d` does not take @n, which holds count()
                  hint: cast it to a number
                  Change it to `(int64)@n`: "BEGIN { printf(\"%-8d %x\", comm, kstack); printf(\"%r\", pid); printf(\"%d\", curtask); printf(\"%s\", pid); @n = count(); printf(\"%d\", (int64)@n); printf(\"%d\", args.x); }"
                error[misplaced-builtin] `args`: BEGIN probes have no `args`
                  hint: it is there in tracepoint, rawtracepoint, fentry, fexit, uprobe
            "#]],
        );
    }

    #[test]
    fn text_is_all_that_old_releases_print_as_text() {
        let script = r#"kprobe:f { printf("%s %s %5s %s", pid, ksym(arg0), curtask, buf(arg0, 4)); @n = count(); printf("%s", @n); }"#;
        check(script, expect![[""]]);
        check_old(
            script,
            expect![[r#"
            error[printf-conversion] `%s`: `%s` does not take a number in bpftrace 0.17
              Change it to `%d`: "kprobe:f { printf(\"%d %s %5s %s\", pid, ksym(arg0), curtask, buf(arg0, 4)); @n = count(); printf(\"%s\", @n); }"
            error[printf-conversion] `%5s`: `%5s` does not take a pointer in bpftrace 0.17
              Change it to `%5p`: "kprobe:f { printf(\"%s %s %5p %s\", pid, ksym(arg0), curtask, buf(arg0, 4)); @n = count(); printf(\"%s\", @n); }"
            error[printf-conversion] `%s`: `%s` does not take a buffer in bpftrace 0.17
              Change it to `%r`: "kprobe:f { printf(\"%s %s %5s %r\", pid, ksym(arg0), curtask, buf(arg0, 4)); @n = count(); printf(\"%s\", @n); }"
            error[printf-conversion] `@n`: `%s` does not take @n, which holds count()
              hint: count in a second map with `++` or `+=`, which holds a number
        "#]],
        );
    }

    #[test]
    fn conversions_that_do_not_exist() {
        check(
            r#"BEGIN { printf("%f %d", 1, 2); printf("100% free"); }"#,
            expect![[r#"
            error[printf-conversion] `%f`: bpftrace has no conversion `%f`
              hint: numbers of bpftrace have no fraction: `%d` prints one, `%%` a percent sign
            error[printf-arguments] `printf("100% free")`: the format has 1 conversion, but there is no value for it
              hint: bpftrace 0.27 reads `% f` as a conversion: write a percent sign as `%%`
            error[printf-conversion] `% f`: bpftrace has no conversion `% f`
              hint: numbers of bpftrace have no fraction: `%d` prints one, `%%` a percent sign
        "#]],
        );
    }
}
