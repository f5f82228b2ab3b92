//! A condition is neither true nor false, as text is not, or it chooses between values of different types.

use bt_catalog::{Type, Version};
use bt_syntax::{ExpressionId, ExpressionKind, Span};

use super::families::{family, noun};
use super::{Context, Findings};
use crate::Diagnostic;
use crate::constants::constant;
use crate::usage::{Condition, ConditionKind};

/// Up to this release neither a string of the script is a condition, nor does the compiler choose by one that it knows.
const LAST_WITHOUT_FOLDING: Version = Version { major: 0, minor: 23, patch: u16::MAX };

/// Up to this release an address is no condition.
const LAST_WITHOUT_ADDRESSES: Version = Version { major: 0, minor: 17, patch: u16::MAX };

pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    for expression in context.parse.program.expressions.iter() {
        let ExpressionKind::Conditional { condition, then, otherwise } = expression.kind else { continue };
        found.extend(is_no_condition(context, condition));
        if let Some(then) = then {
            found.extend(branches(context, (condition, then, otherwise), expression.span));
        }
    }
    for Condition { kind, value } in &context.usage.conditions {
        // It takes anything, as far as is known.
        if *kind != ConditionKind::While {
            found.extend(is_no_condition(context, *value));
        }
    }
}

fn is_no_condition(context: &Context<'_>, value: ExpressionId) -> Option<Diagnostic> {
    let expression = context.parse.program.expressions.get(value);
    let family = family(context, value)?;
    let is_condition = match family {
        Type::Signed | Type::Boolean => true,
        Type::Pointer => context.target > LAST_WITHOUT_ADDRESSES,
        Type::String => {
            matches!(expression.kind, ExpressionKind::String) && context.target > LAST_WITHOUT_FOLDING
        }
        _ => false,
    };
    if is_condition {
        return None;
    }
    let diagnostic =
        Diagnostic::error("condition-type", expression.span, format!("{} is no condition", noun(family)));
    Some(match family {
        Type::String => diagnostic.with_hint("compare it with a string: `comm == \"bash\"`"),
        Type::Pointer => diagnostic.with_hint("compare it with 0: `!= 0`"),
        _ => diagnostic,
    })
}

/// `condition ? then : otherwise` of two families.
fn branches(
    context: &Context<'_>,
    (condition, then, otherwise): (ExpressionId, ExpressionId, ExpressionId),
    span: Span,
) -> Option<Diagnostic> {
    let (first, second) = (family(context, then)?, family(context, otherwise)?);
    // The compiler chooses.
    let is_chosen = context.target > LAST_WITHOUT_FOLDING
        && constant(&context.parse.program.expressions, condition).is_some();
    if first == second || is_chosen {
        return None;
    }
    let message = format!("this is {} or {}, as the condition says", noun(first), noun(second));
    Some(
        Diagnostic::error("condition-type", span, message)
            .with_hint("both sides of the `:` must be of one type"),
    )
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::testing::{check, check_old};
    use expect_test::expect;

    #[test]
    fn conditions() {
        check(
            "BEGIN /comm/ { if (kstack) { @a = 1; } if (curtask) { @a = 2; } @b = comm ? 1 : 2; @c = pid ? 1 : comm; @d = 1 ? 1 : \"a\"; }",
            expect![[r#"
                error[condition-type] `comm`: a string is no condition
                  hint: compare it with a string: `comm == "bash"`
                error[condition-type] `kstack`: a kernel stack is no condition
                error[condition-type] `comm`: a string is no condition
                  hint: compare it with a string: `comm == "bash"`
                error[condition-type] `pid ? 1 : comm`: this is a number or a string, as the condition says
                  hint: both sides of the `:` must be of one type
            "#]],
        );
        check_old(
            "BEGIN { @c = 1 ? 1 : \"a\"; if (curtask) { @a = 1; } if (\"a\") { @a = 2; } }",
            expect![[r#"
                error[condition-type] `1 ? 1 : "a"`: this is a number or a string, as the condition says
                  hint: both sides of the `:` must be of one type
                error[condition-type] `curtask`: a pointer is no condition
                  hint: compare it with 0: `!= 0`
                error[condition-type] `"a"`: a string is no condition
                  hint: compare it with a string: `comm == "bash"`
            "#]],
        );
    }
}
