//! Arithmetic that has no result, as far as constants tell: overflow, division by zero, shifts by too many bits.

use bt_catalog::{Type, Version};
use bt_syntax::{ExpressionId, ExpressionKind, Expressions, Span, TokenKind};

use super::{Context, Findings};
use crate::Diagnostic;
use crate::constants::{BITS, NoResult, constant, fold, in_range};
use crate::usage::Access;

/// The release of which it is known that it refuses constants without a result; older ones compute when the probe fires.
const REFUSES: Version = Version::new(0, 27);

pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    let expressions = &context.parse.program.expressions;
    for (_, expression) in context.compounds() {
        let problem = match expression.kind {
            ExpressionKind::Binary { operator, left, right } => operation(context, operator, left, right),
            ExpressionKind::Unary { operator: TokenKind::Minus, operand } => negation(expressions, operand),
            _ => None,
        };
        found.extend(problem.map(|problem| diagnostic(context, problem, expression.span)));
    }
    for given in &context.usage.variable_values {
        let problem = assignment(expressions, given.operator, given.value);
        found.extend(problem.map(|problem| diagnostic(context, problem, given.span)));
    }
    for used in &context.usage.map_uses {
        let Access::Compound(operator, value) = used.access else { continue };
        let problem = assignment(expressions, operator, value);
        found.extend(problem.map(|problem| diagnostic(context, problem, used.span)));
    }
}

/// Something without a result.
struct Problem {
    what: NoResult,
    /// Whether everything is known; otherwise what is missing does not matter.
    is_constant: bool,
    /// The divisor or number of bits.
    right: i128,
}

fn operation(
    context: &Context<'_>,
    operator: TokenKind,
    left: ExpressionId,
    right: ExpressionId,
) -> Option<Problem> {
    let is_arithmetic = matches!(
        operator,
        TokenKind::Plus
            | TokenKind::Minus
            | TokenKind::Star
            | TokenKind::Slash
            | TokenKind::Percent
            | TokenKind::ShiftLeft
            | TokenKind::ShiftRight
    );
    if !is_arithmetic {
        return None;
    }
    let expressions = &context.parse.program.expressions;
    let right_value = constant(expressions, right)?;
    let left_value = constant(expressions, left);
    // What the left side is does not matter to a divisor or a shift.
    let what = fold(operator, left_value.unwrap_or_default(), right_value)?.err()?;
    // Neither the result of a comparison nor the product of a negative number is computed beforehand.
    let is_boolean = |id| context.inference.value(id).kind == Type::Boolean;
    let is_late = is_boolean(left)
        || is_boolean(right)
        || (operator == TokenKind::Star && left_value.unwrap_or_default().min(right_value) < 0);
    Some(Problem { what, is_constant: left_value.is_some() && !is_late, right: right_value })
}

fn negation(expressions: &Expressions, operand: ExpressionId) -> Option<Problem> {
    let value = constant(expressions, operand)?;
    in_range(-value).is_none().then_some(Problem {
        what: NoResult::Overflow,
        is_constant: true,
        right: value,
    })
}

/// `$x /= 0`
fn assignment(expressions: &Expressions, operator: TokenKind, value: ExpressionId) -> Option<Problem> {
    let operator = match operator {
        TokenKind::SlashAssign => TokenKind::Slash,
        TokenKind::PercentAssign => TokenKind::Percent,
        TokenKind::ShiftLeftAssign => TokenKind::ShiftLeft,
        TokenKind::ShiftRightAssign => TokenKind::ShiftRight,
        _ => return None,
    };
    let right = constant(expressions, value)?;
    let what = fold(operator, 0, right)?.err()?;
    Some(Problem { what, is_constant: false, right })
}

fn diagnostic(context: &Context<'_>, problem: Problem, span: Span) -> Diagnostic {
    let (code, message, hint) = match problem.what {
        NoResult::Overflow => (
            "integer-overflow",
            "the result does not fit 64 bits".to_string(),
            "numbers are at least -9223372036854775808 and at most 18446744073709551615",
        ),
        NoResult::ZeroDivisor => (
            "division-by-zero",
            "this divides by zero".to_string(),
            "in the kernel the result of a division by zero is 0, without any error",
        ),
        NoResult::FarShift => (
            "far-shift",
            format!("this shifts by {} bits, but a number has {BITS}", problem.right),
            "shift by 0 to 63 bits",
        ),
    };
    let diagnostic = if problem.is_constant && context.target >= REFUSES {
        Diagnostic::error(code, span, message)
    } else {
        Diagnostic::warning(code, span, message)
    };
    diagnostic.with_hint(hint)
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::testing::{check, check_old};
    use expect_test::expect;

    #[test]
    fn constants_alone_are_refused() {
        check(
            "BEGIN { @a = 1 / 0; @b = 1 << 64; @c = 18446744073709551615 + 1; @d = -9223372036854775809; @e = 1 % (2 - 2); }",
            expect![[r#"
                error[division-by-zero] `1 / 0`: this divides by zero
                  hint: in the kernel the result of a division by zero is 0, without any error
                error[far-shift] `1 << 64`: this shifts by 64 bits, but a number has 64
                  hint: shift by 0 to 63 bits
                error[integer-overflow] `18446744073709551615 + 1`: the result does not fit 64 bits
                  hint: numbers are at least -9223372036854775808 and at most 18446744073709551615
                error[integer-overflow] `-9223372036854775809`: the result does not fit 64 bits
                  hint: numbers are at least -9223372036854775808 and at most 18446744073709551615
                error[division-by-zero] `1 % (2 - 2)`: this divides by zero
                  hint: in the kernel the result of a division by zero is 0, without any error
            "#]],
        );
        check_old(
            "BEGIN { @a = 1 / 0; @c = 18446744073709551615 + 1; }",
            expect![[r#"
            warning[division-by-zero] `1 / 0`: this divides by zero
              hint: in the kernel the result of a division by zero is 0, without any error
            warning[integer-overflow] `18446744073709551615 + 1`: the result does not fit 64 bits
              hint: numbers are at least -9223372036854775808 and at most 18446744073709551615
        "#]],
        );
    }

    #[test]
    fn otherwise_it_is_no_error() {
        check(
            "BEGIN { @a = pid / 0; @b = nsecs >> 64; @c = nsecs << -1; $x = pid; $x %= 0; @d = $x; @d /= 0; @d <<= 64; @e = (1 == 1) / 0; @f = -9223372036854775808 * 2; }",
            expect![[r#"
                warning[division-by-zero] `pid / 0`: this divides by zero
                  hint: in the kernel the result of a division by zero is 0, without any error
                warning[far-shift] `nsecs >> 64`: this shifts by 64 bits, but a number has 64
                  hint: shift by 0 to 63 bits
                warning[far-shift] `nsecs << -1`: this shifts by -1 bits, but a number has 64
                  hint: shift by 0 to 63 bits
                warning[division-by-zero] `$x`: this divides by zero
                  hint: in the kernel the result of a division by zero is 0, without any error
                warning[division-by-zero] `@d`: this divides by zero
                  hint: in the kernel the result of a division by zero is 0, without any error
                warning[far-shift] `@d`: this shifts by 64 bits, but a number has 64
                  hint: shift by 0 to 63 bits
                warning[division-by-zero] `(1 == 1) / 0`: this divides by zero
                  hint: in the kernel the result of a division by zero is 0, without any error
                warning[integer-overflow] `-9223372036854775808 * 2`: the result does not fit 64 bits
                  hint: numbers are at least -9223372036854775808 and at most 18446744073709551615
            "#]],
        );
    }

    #[test]
    fn what_fits() {
        check(
            "BEGIN { @a = 1 << 63; @b = 18446744073709551615 - 1; @c = -9223372036854775808; @d = 9223372036854775807 + 1; @e = 1 - 2; }",
            expect![[""]],
        );
    }
}
