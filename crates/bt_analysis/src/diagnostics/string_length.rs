//! A string of the script is longer than bpftrace makes strings.

use bt_catalog::{ParameterKind, Version};
use bt_syntax::tree::Item;
use bt_syntax::{ExpressionId, ExpressionKind};
use rustc_hash::FxHashSet;

use super::{Context, Findings, short};
use crate::Diagnostic;
use crate::usage::Call;

/// The release whose strings have a kilobyte.
const KILOBYTE: Version = Version::new(0, 23);

/// Up to this release only the formats of `printf()` may be longer.
const LAST_WITH_SHORT_FORMATS: Version = Version { major: 0, minor: 22, patch: u16::MAX };

/// Keys of the config block that say how long strings are.
const KEYS: [&str; 2] = ["max_strlen", "strlen"];

pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    let limit = limit(context);
    let expressions = &context.parse.program.expressions;
    let is_long = |expression: &bt_syntax::Expression| {
        matches!(expression.kind, ExpressionKind::String) && expression.span.len() as u64 > limit
    };
    let mut formats = None;
    for (index, expression) in expressions.iter().enumerate().filter(|(_, expression)| is_long(expression)) {
        let length = length(expression.span.text(context.source));
        // A zero byte stands behind it.
        if length < limit {
            continue;
        }
        let formats: &FxHashSet<usize> = formats.get_or_insert_with(|| unbounded(context));
        if !formats.contains(&index) {
            let target = short(context.target);
            let message =
                format!("the string has {length} bytes, but bpftrace {target} takes at most {}", limit - 1);
            let diagnostic = Diagnostic::error("string-too-long", expression.span, message);
            found.push(if context.target < Version::new(0, 20) {
                diagnostic
            } else {
                diagnostic.with_hint("the config key `max_strlen` says how long strings are")
            });
        }
    }
}

/// Bytes of a string, with the zero byte behind it.
fn limit(context: &Context<'_>) -> u64 {
    let settings = context.parse.program.items.iter().filter_map(|item| match item {
        Item::Config(config) => Some(&config.settings),
        _ => None,
    });
    for setting in settings.flatten() {
        let key = setting.key.text(context.source).to_ascii_lowercase();
        let key = key.strip_prefix("bpftrace_").unwrap_or(&key);
        if KEYS.contains(&key) {
            let value =
                setting.value.and_then(|value| bt_syntax::literal::integer(value.text(context.source)).ok());
            // What cannot be read says nothing.
            return value.map_or(u64::MAX, |value| value.value);
        }
    }
    if context.target < KILOBYTE { 64 } else { 1024 }
}

/// Bytes of a string: an escape is one.
fn length(text: &str) -> u64 {
    let content = text.trim_start_matches('"').strip_suffix('"').unwrap_or(text);
    let mut bytes = content.bytes().peekable();
    let mut length = 0;
    while let Some(byte) = bytes.next() {
        length += 1;
        if byte != b'\\' {
            continue;
        }
        match bytes.next() {
            Some(b'x' | b'X') => {
                let mut digits = 0;
                while digits < 2 && bytes.next_if(u8::is_ascii_hexdigit).is_some() {
                    digits += 1;
                }
            }
            Some(b'0'..=b'7') => {
                let mut digits = 1;
                while digits < 3 && bytes.next_if(|byte| (b'0'..=b'7').contains(byte)).is_some() {
                    digits += 1;
                }
            }
            _ => {}
        }
    }
    length
}

/// The strings that bpftrace keeps for itself: they may have any length.
fn unbounded(context: &Context<'_>) -> FxHashSet<usize> {
    context.usage.calls.iter().flat_map(|call| own_strings(context, call)).map(ExpressionId::index).collect()
}

fn own_strings<'a>(context: &Context<'_>, call: &Call<'a>) -> impl Iterator<Item = ExpressionId> + 'a {
    let is_printf = call.name == "printf";
    let knows_formats_only = context.target <= LAST_WITH_SHORT_FORMATS;
    let parameters = call.callee.function().map_or(&[][..], |known| known.parameters);
    let arguments =
        call.arguments.iter().zip(parameters).filter(move |(_, parameter)| match parameter.kind {
            ParameterKind::Format => is_printf || !knows_formats_only,
            ParameterKind::StringLiteral => !knows_formats_only,
            _ => false,
        });
    arguments.map(|(argument, _)| *argument)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::testing::{check, check_old};
    use expect_test::expect;

    fn script(length: usize) -> String {
        format!("BEGIN {{ @ = \"{}\"; }}", "a".repeat(length))
    }

    #[test]
    fn sixty_four_bytes_in_old_releases() {
        check_old(&script(63), expect![[""]]);
        check_old(
            &script(64),
            expect![[r#"
            error[string-too-long] `"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"`: the string has 64 bytes, but bpftrace 0.17 takes at most 63
        "#]],
        );
        check(&script(64), expect![[""]]);
    }

    #[test]
    fn the_config_block_says_otherwise() {
        check(
            "config = { max_strlen = 8 } BEGIN { @ = \"1234567\"; @ = \"12345678\"; printf(\"12345678\"); }",
            expect![[r#"
            error[string-too-long] `"12345678"`: the string has 8 bytes, but bpftrace 0.27 takes at most 7
              hint: the config key `max_strlen` says how long strings are
        "#]],
        );
    }

    #[test]
    fn formats_are_not_counted() {
        check_old(&format!("BEGIN {{ printf(\"{}\"); }}", "a".repeat(100)), expect![[""]]);
    }

    #[test]
    fn escapes_are_one_byte() {
        assert_eq!(length(r#""a\n\x41\101\\""#), 5);
    }
}
