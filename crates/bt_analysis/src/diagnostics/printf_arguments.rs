//! A format wants more or fewer values than it gets.

use super::formats::Format;
use super::{Context, short};
use crate::Diagnostic;
use crate::conversions::{Conversion, Reading, conversions};
use crate::usage::Call;

/// Values that `debugf()` takes.
const MAX_DEBUG_VALUES: usize = 3;

/// `debugf()` with too many values, whatever its format is.
pub(super) fn too_many(call: &Call<'_>) -> Option<Diagnostic> {
    let given = call.arguments.len() - 1;
    (call.name == "debugf" && given > MAX_DEBUG_VALUES).then(|| {
        let message = format!("debugf() takes at most {MAX_DEBUG_VALUES} values, but gets {given}");
        Diagnostic::error("printf-arguments", call.span, message)
    })
}

/// A format with `wanted` conversions and another number of values.
pub(super) fn mismatch(
    context: &Context<'_>,
    call: &Call<'_>,
    format: &Format<'_>,
    wanted: usize,
) -> Option<Diagnostic> {
    let given = call.arguments.len() - 1;
    if wanted == given {
        return None;
    }
    let message =
        format!("the format has {wanted} {}, but there {}", plural(wanted, "conversion"), values(given));
    let diagnostic = Diagnostic::error("printf-arguments", call.span, message);
    Some(match hint(context, format.text, format.reading, wanted < given) {
        Some(hint) => diagnostic.with_hint(hint),
        None => diagnostic,
    })
}

/// What may have been meant, where a percent sign is not read as one would think.
fn hint(context: &Context<'_>, format: &str, reading: Reading, has_few: bool) -> Option<String> {
    let target = short(context.target);
    if has_few {
        let text = unread(format, reading)?;
        return Some(format!("bpftrace {target} has no conversion `{text}`"));
    }
    let misread = |conversion: &Conversion<'_>| {
        format[..conversion.position].ends_with('%') || conversion.text.starts_with("% ")
    };
    let misread = conversions(format, reading).find(misread)?;
    let text = misread.text;
    Some(if text.starts_with("% ") {
        format!("bpftrace {target} reads `{text}` as a conversion: write a percent sign as `%%`")
    } else {
        format!("bpftrace {target} reads `{text}` as a conversion, even behind another `%`")
    })
}

/// A percent sign with the letter behind it that is no conversion.
fn unread(format: &str, reading: Reading) -> Option<&str> {
    let mut known = conversions(format, reading).map(|conversion| conversion.position).peekable();
    let mut position = 0;
    while let Some(found) = format[position..].find('%').map(|found| position + found) {
        position = found + 1;
        while known.next_if(|start| *start < found).is_some() {}
        if format[position..].starts_with('%') {
            position += 1;
        } else if known.peek() != Some(&found) {
            let letter = format[position..].find(|char: char| char.is_ascii_alphabetic())?;
            let between = &format[position..position + letter];
            if between.bytes().all(|byte| b"-+ #.*0123456789".contains(&byte)) {
                return Some(&format[found..=position + letter]);
            }
        }
    }
    None
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

#[cfg(test)]
mod tests {
    use crate::diagnostics::testing::{check, check_old};
    use expect_test::expect;

    #[test]
    fn too_few_and_too_many() {
        check(
            r#"BEGIN { printf("%d %d\n", 1); printf("a\n", 1, 2); printf("%s"); printf("%d\n", 1); debugf("%d %d %d %d", 1, 2, 3, 4); }"#,
            expect![[r#"
                error[printf-arguments] `printf("%d %d\n", 1)`: the format has 2 conversions, but there is 1 value
                error[printf-arguments] `printf("a\n", 1, 2)`: the format has 0 conversions, but there are 2 values
                error[printf-arguments] `printf("%s")`: the format has 1 conversion, but there is no value for it
                error[printf-arguments] `debugf("%d %d %d %d", 1, 2, 3, 4)`: debugf() takes at most 3 values, but gets 4
            "#]],
        );
    }

    #[test]
    fn percent_signs_are_read_otherwise_by_others() {
        let script = r#"BEGIN { printf("100%%d"); printf("100% done"); printf("%-8i", 1); printf("%y", 1); printf("100%"); }"#;
        check(
            script,
            expect![[r#"
            error[printf-arguments] `printf("100% done")`: the format has 1 conversion, but there is no value for it
              hint: bpftrace 0.27 reads `% d` as a conversion: write a percent sign as `%%`
            error[printf-arguments] `printf("%y", 1)`: the format has 0 conversions, but there is 1 value
              hint: bpftrace 0.27 has no conversion `%y`
        "#]],
        );
        check_old(
            script,
            expect![[r#"
            error[printf-arguments] `printf("100%%d")`: the format has 1 conversion, but there is no value for it
              hint: bpftrace 0.17 reads `%d` as a conversion, even behind another `%`
            error[printf-arguments] `printf("%-8i", 1)`: the format has 0 conversions, but there is 1 value
              hint: bpftrace 0.17 has no conversion `%-8i`
            error[printf-arguments] `printf("%y", 1)`: the format has 0 conversions, but there is 1 value
              hint: bpftrace 0.17 has no conversion `%y`
        "#]],
        );
    }
}
