//! `unroll` is told to repeat something too often, never, or as often as only the run of the script can tell.

use bt_catalog::{Version, builtin};
use bt_syntax::{ExpressionId, ExpressionKind};

use super::{Context, Findings};
use crate::Diagnostic;
use crate::constants::constant;
use crate::usage::{Origin, Place};

/// Most repetitions.
const MAX_COUNT: i128 = 100;

/// Up to this release the count cannot be computed.
const LAST_WITHOUT_FOLDING: Version = Version { major: 0, minor: 23, patch: u16::MAX };

pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    found.extend(context.usage.unroll_counts.iter().filter_map(|count| diagnostic(context, *count)));
}

fn diagnostic(context: &Context<'_>, count: ExpressionId) -> Option<Diagnostic> {
    let expressions = &context.parse.program.expressions;
    let expression = expressions.get(count);
    let error = |message: String| Diagnostic::error("unroll-count", expression.span, message);
    let is_number = matches!(expression.kind, ExpressionKind::Integer(_));
    match constant(expressions, count) {
        Some(value) if !(1..=MAX_COUNT).contains(&value) => {
            let diagnostic = error(format!("`unroll` repeats 1 to {MAX_COUNT} times, not {value}"));
            Some(diagnostic.with_hint(
                "each repetition is compiled anew; a loop is `for ($i : 0..10) { ... }`, since 0.24",
            ))
        }
        Some(_) if !is_number && context.target <= LAST_WITHOUT_FOLDING => {
            Some(error("`unroll` takes a literal number".into()).with_hint("write the result"))
        }
        Some(_) => None,
        None => {
            let is_known = match expression.kind {
                ExpressionKind::String | ExpressionKind::Map { .. } | ExpressionKind::Tuple(_) => false,
                ExpressionKind::Variable => is_parameter(context, count),
                ExpressionKind::Identifier => builtin(expression.span.text(context.source)).is_none(),
                _ => true,
            };
            (!is_known).then(|| {
                error("`unroll` takes a literal number".into())
                    .with_hint("how often it repeats must be known before the script runs")
            })
        }
    }
}

/// Whether a variable is the parameter of a macro, and may be a literal.
fn is_parameter(context: &Context<'_>, variable: ExpressionId) -> bool {
    match context.usage.place(variable) {
        Place::Variable(variable) => {
            matches!(context.usage.variables[variable.index()].origin, Origin::Parameter(_))
        }
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::testing::{check, check_old};
    use expect_test::expect;

    #[test]
    fn one_to_a_hundred() {
        check(
            "BEGIN { unroll (0) { @++; } unroll (1) { @++; } unroll (100) { @++; } unroll (101) { @++; } unroll (pid) { @++; } unroll (\"a\") { @++; } unroll (2 * 3) { @++; } $n = 5; unroll ($n) { @++; } }",
            expect![[r#"
                error[unroll-count] `0`: `unroll` repeats 1 to 100 times, not 0
                  hint: each repetition is compiled anew; a loop is `for ($i : 0..10) { ... }`, since 0.24
                error[unroll-count] `101`: `unroll` repeats 1 to 100 times, not 101
                  hint: each repetition is compiled anew; a loop is `for ($i : 0..10) { ... }`, since 0.24
                error[unroll-count] `pid`: `unroll` takes a literal number
                  hint: how often it repeats must be known before the script runs
                error[unroll-count] `"a"`: `unroll` takes a literal number
                  hint: how often it repeats must be known before the script runs
                error[unroll-count] `$n`: `unroll` takes a literal number
                  hint: how often it repeats must be known before the script runs
            "#]],
        );
        check_old(
            "BEGIN { unroll (2 * 3) { @++; } }",
            expect![[r#"
            error[unroll-count] `2 * 3`: `unroll` takes a literal number
              hint: write the result
        "#]],
        );
    }
}
