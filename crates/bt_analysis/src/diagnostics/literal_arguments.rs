//! A function gets a literal of the right kind, but with a value that it refuses.

use std::net::IpAddr;

use bt_catalog::Version;
use bt_syntax::{ExpressionId, ExpressionKind};

use super::{Context, Findings};
use crate::Diagnostic;
use crate::constants::constant;
use crate::usage::Call;

/// From this release on `str()` is known to refuse a negative length.
const STR_KNOWS_SIGNS: Version = Version::new(0, 17);

pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    for call in context.calls().filter(|call| call.callee.function().is_some()) {
        found.extend(match (call.name, call.arguments) {
            ("pton", [text]) => no_address(context, *text),
            ("strncmp", [_, _, length]) => negative(context, call, *length),
            ("str", [_, length]) if context.target >= STR_KNOWS_SIGNS => negative(context, call, *length),
            ("static_assert", [condition, ..]) => failing(context, *condition),
            _ => None,
        });
    }
}

fn no_address(context: &Context<'_>, text: ExpressionId) -> Option<Diagnostic> {
    let expression = context.parse.program.expressions.get(text);
    let content = expression.span.text(context.source).strip_prefix('"')?.strip_suffix('"')?;
    let is_literal = matches!(expression.kind, ExpressionKind::String) && !content.contains('\\');
    (is_literal && content.parse::<IpAddr>().is_err()).then(|| {
        Diagnostic::error("argument-value", expression.span, format!("`{content}` is no IP address"))
            .with_hint("write it as `127.0.0.1` or `::1`")
    })
}

fn failing(context: &Context<'_>, condition: ExpressionId) -> Option<Diagnostic> {
    let value = constant(&context.parse.program.expressions, condition)?;
    (value == 0).then(|| {
        let span = context.parse.program.expressions.get(condition).span;
        Diagnostic::error("argument-value", span, "this is never true, so that the script is refused")
    })
}

fn negative(context: &Context<'_>, call: &Call<'_>, length: ExpressionId) -> Option<Diagnostic> {
    let value = constant(&context.parse.program.expressions, length)?;
    (value < 0).then(|| {
        let span = context.parse.program.expressions.get(length).span;
        Diagnostic::error("argument-value", span, format!("the length of {}() is {value}", call.name))
    })
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::testing::check;
    use expect_test::expect;

    #[test]
    fn values_that_are_refused() {
        check(
            "BEGIN { @a = pton(\"127.0.1\"); @b = pton(\"::1\"); @c = strncmp(comm, \"a\", -1); @d = str(1, -2); @e = str(1, 2); static_assert(1 == 2, \"no\"); }",
            expect![[r#"
                error[argument-value] `"127.0.1"`: `127.0.1` is no IP address
                  hint: write it as `127.0.0.1` or `::1`
                error[argument-value] `-1`: the length of strncmp() is -1
                error[argument-value] `-2`: the length of str() is -2
                error[argument-value] `1 == 2`: this is never true, so that the script is refused
            "#]],
        );
    }
}
