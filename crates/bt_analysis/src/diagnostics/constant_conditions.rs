//! A condition that is the same each time, and comparisons of unsigned numbers with zero.

use bt_catalog::{Type, builtin};
use bt_syntax::{ExpressionId, ExpressionKind, Span, TokenKind};

use super::{Context, Findings};
use crate::Diagnostic;
use crate::constants::constant;
use crate::usage::{Condition, ConditionKind};

pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    found.extend(context.usage.conditions.iter().filter_map(|condition| known(context, condition)));
    for (_, expression) in context.compounds() {
        let ExpressionKind::Binary { operator, left, right } = expression.kind else { continue };
        let comparison = match operator {
            TokenKind::Less => Some((left, right, false)),
            TokenKind::GreaterEqual => Some((left, right, true)),
            TokenKind::Greater => Some((right, left, false)),
            TokenKind::LessEqual => Some((right, left, true)),
            _ => None,
        };
        if let Some((value, zero, always)) = comparison {
            found.extend(unsigned(context, value, zero, always, expression.span));
        }
    }
}

/// A condition that is known before the script runs.
fn known(context: &Context<'_>, condition: &Condition) -> Option<Diagnostic> {
    let expressions = &context.parse.program.expressions;
    let is_true = constant(expressions, condition.value)? != 0;
    let message = match (condition.kind, is_true) {
        // How loops are written that end inside.
        (ConditionKind::While, true) => return None,
        (ConditionKind::While, false) => "the condition is never true: the loop never runs",
        (ConditionKind::Predicate, false) => "the predicate is never true: the probe does nothing",
        (ConditionKind::Predicate, true) => "the predicate is always true",
        (ConditionKind::If, false) => "the condition is never true: what follows never runs",
        (ConditionKind::If, true) => "the condition is always true",
    };
    let span = expressions.get(condition.value).span;
    let make = if is_true { Diagnostic::info } else { Diagnostic::warning };
    Some(make("constant-condition", span, message.to_string()))
}

/// `retval < 0`: no unsigned number is.
fn unsigned(
    context: &Context<'_>,
    value: ExpressionId,
    zero: ExpressionId,
    always: bool,
    span: Span,
) -> Option<Diagnostic> {
    let expressions = &context.parse.program.expressions;
    let kind = &expressions.get(value).kind;
    let text = expressions.get(value).span.text(context.source);
    let is_certain = match kind {
        ExpressionKind::Identifier => builtin(text).is_some(),
        ExpressionKind::Variable | ExpressionKind::Cast { .. } | ExpressionKind::Call { .. } => true,
        _ => false,
    };
    if !is_certain
        || constant(expressions, zero) != Some(0)
        || context.inference.value(value).kind != Type::Unsigned
    {
        return None;
    }
    let often = if always { "always" } else { "never" };
    let message = format!("{text} is unsigned: this is {often} true");
    let diagnostic = Diagnostic::warning("unsigned-comparison", span, message);
    Some(match kind {
        // Others are never negative, as the number of a process.
        ExpressionKind::Identifier | ExpressionKind::Variable if may_be_signed(text) => {
            let place = expressions.get(value).span;
            let fix =
                |cast: &str| (format!("Change it to `{cast}{text}`"), vec![(place, format!("{cast}{text}"))]);
            let ((long, long_edit), (int, int_edit)) = (fix("(int64)"), fix("(int32)"));
            diagnostic
                .with_hint("cast it: `(int64)` to a `long` of C, `(int32)` to an `int`")
                .with_fix(long, long_edit)
                .with_fix(int, int_edit)
        }
        _ => diagnostic,
    })
}

/// Whether a number may be meant to have a sign: what a function got or returned, or what was made of that.
fn may_be_signed(name: &str) -> bool {
    name == "retval" || name.starts_with("arg") || name.starts_with('$')
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::testing::check;
    use expect_test::expect;

    #[test]
    fn known_before_the_script_runs() {
        check(
            "BEGIN /0/ { @a = 1; } END /1/ { if (1 == 2) { @a = 2; } if (1) { @a = 3; } while (1) { break; } if (pid) { @a = 4; } }",
            expect![[r#"
                warning[constant-condition] `0`: the predicate is never true: the probe does nothing
                info[constant-condition] `1`: the predicate is always true
                warning[constant-condition] `1 == 2`: the condition is never true: what follows never runs
                info[constant-condition] `1`: the condition is always true
                info[deprecated] `while`: bpftrace warns of `while` since 0.25
                  hint: `for ($i : 0..10) { ... }` counts, and `break` leaves it early
            "#]],
        );
    }

    #[test]
    fn no_unsigned_number_is_below_zero() {
        check(
            "kretprobe:f /retval < 0/ { if (0 <= pid) { @a = count(); } if ((int64)retval < 0) { @b = count(); } }",
            expect![[r#"
                warning[unsigned-comparison] `retval < 0`: retval is unsigned: this is never true
                  hint: cast it: `(int64)` to a `long` of C, `(int32)` to an `int`
                  Change it to `(int64)retval`: "kretprobe:f /(int64)retval < 0/ { if (0 <= pid) { @a = count(); } if ((int64)retval < 0) { @b = count(); } }"
                  Change it to `(int32)retval`: "kretprobe:f /(int32)retval < 0/ { if (0 <= pid) { @a = count(); } if ((int64)retval < 0) { @b = count(); } }"
                warning[unsigned-comparison] `0 <= pid`: pid is unsigned: this is always true
            "#]],
        );
        // A difference of the newest release can be.
        check(
            "kprobe:f { $d = nsecs - elapsed; if ($d < 0) { @a = count(); } } fexit:f /retval < 0/ { @b = count(); }",
            expect![[""]],
        );
    }
}
