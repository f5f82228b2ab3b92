//! A format wants more or fewer values than it gets.

use bt_syntax::ExpressionKind;

use super::{Context, Findings};
use crate::Diagnostic;
use crate::usage::Call;

/// The functions whose first argument is a format.
const FORMATTING: [&str; 6] = ["printf", "system", "cat", "errorf", "warnf", "debugf"];

pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    found.extend(context.calls().filter_map(|call| diagnostic(context, call)));
}

fn diagnostic(context: &Context<'_>, call: &Call<'_>) -> Option<Diagnostic> {
    if call.callee.function().is_none() || !FORMATTING.contains(&call.name) {
        return None;
    }
    let format = context.parse.program.expressions.get(*call.arguments.first()?);
    if !matches!(format.kind, ExpressionKind::String) {
        return None;
    }
    let wanted = conversions(format.span.text(context.source))?;
    let given = call.arguments.len() - 1;
    if wanted == given {
        return None;
    }
    Some(Diagnostic::error(
        "printf-arguments",
        call.span,
        format!("the format has {wanted} {}, but there {}", plural(wanted, "conversion"), values(given)),
    ))
}

fn plural(count: usize, noun: &str) -> String {
    if count == 1 { noun.to_string() } else { format!("{noun}s") }
}

fn values(count: usize) -> String {
    match count {
        0 => "is no value for it".into(),
        1 => "is 1 value".into(),
        count => format!("are {count} values"),
    }
}

/// Values that a format wants; `None` if it has a conversion that some release reads otherwise.
fn conversions(format: &str) -> Option<usize> {
    let mut count = 0;
    let mut rest = format;
    while let Some(position) = rest.find('%') {
        rest = &rest[position + 1..];
        if let Some(behind) = rest.strip_prefix('%') {
            rest = behind;
            continue;
        }
        let plain = rest.trim_start_matches('-').trim_start_matches(|digit: char| digit.is_ascii_digit());
        let plain = plain
            .strip_prefix('.')
            .map_or(plain, |behind| behind.trim_start_matches(|digit: char| digit.is_ascii_digit()));
        let plain = plain.strip_prefix("ll").or_else(|| plain.strip_prefix('l')).unwrap_or(plain);
        if !plain.starts_with(['d', 'i', 'u', 'x', 'X', 's', 'p', 'c', 'r']) {
            return None;
        }
        count += 1;
        rest = plain;
    }
    Some(count)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::testing::check;
    use expect_test::expect;

    #[test]
    fn counted_by_conversions() {
        let cases = [
            ("plain", Some(0)),
            ("100%%", Some(0)),
            ("%d %-16s|%5.2lld %rx %p", Some(5)),
            ("100%", None),
            ("%*d", None),
            ("% d", None),
            ("%e", None),
        ];
        for (format, count) in cases {
            assert_eq!(conversions(format), count, "{format}");
        }
    }

    #[test]
    fn too_few_and_too_many() {
        check(
            r#"BEGIN { printf("%d %d\n", 1); printf("a\n", 1, 2); printf("%s"); printf("%d\n", 1); }"#,
            expect![[r#"
                error[printf-arguments] `printf("%d %d\n", 1)`: the format has 2 conversions, but there is 1 value
                error[printf-arguments] `printf("a\n", 1, 2)`: the format has 0 conversions, but there are 2 values
                error[printf-arguments] `printf("%s")`: the format has 1 conversion, but there is no value for it
            "#]],
        );
    }
}
