//! Numbers that are known before the script runs: literals, and what is computed of them.

use bt_syntax::{ExpressionId, ExpressionKind, Expressions, TokenKind};

/// How deep a constant may be nested; it keeps the look at one expression short, whatever the script.
const MAX_DEPTH: u32 = 8;

/// Bits of the numbers of bpftrace.
pub(crate) const BITS: i128 = 64;

/// Why constants have no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoResult {
    /// It does not fit 64 bits, signed or unsigned.
    Overflow,
    /// The divisor is zero.
    ZeroDivisor,
    /// A shift by less than no or by more than all bits.
    FarShift,
}

/// The value of an expression that is made of literals alone.
pub(crate) fn constant(expressions: &Expressions, id: ExpressionId) -> Option<i128> {
    evaluate(expressions, id, MAX_DEPTH)
}

/// What an operator makes of two constants; `None` if it is no operator of numbers, or if releases differ about it.
pub(crate) fn fold(operator: TokenKind, left: i128, right: i128) -> Option<Result<i128, NoResult>> {
    let both_non_negative = left >= 0 && right >= 0;
    if left.min(right) < 0 && left.max(right) > i64::MAX.into() {
        return None;
    }
    let value = match operator {
        TokenKind::Plus => left + right,
        TokenKind::Minus => left - right,
        // Two numbers of 64 bits have a product of 128 bits at most, but for the sign.
        TokenKind::Star => match left.checked_mul(right) {
            Some(product) => product,
            None => return Some(Err(NoResult::Overflow)),
        },
        TokenKind::Slash | TokenKind::Percent if right == 0 => return Some(Err(NoResult::ZeroDivisor)),
        TokenKind::Slash => left / right,
        TokenKind::Percent => left % right,
        TokenKind::ShiftLeft | TokenKind::ShiftRight if !(0..BITS).contains(&right) => {
            return Some(Err(NoResult::FarShift));
        }
        // What a shift drops is no overflow.
        TokenKind::ShiftLeft if both_non_negative => i128::from((left as u64) << right),
        TokenKind::ShiftRight if both_non_negative => left >> right,
        TokenKind::And if both_non_negative => left & right,
        TokenKind::Or if both_non_negative => left | right,
        TokenKind::Xor if both_non_negative => left ^ right,
        TokenKind::Equal => i128::from(left == right),
        TokenKind::NotEqual => i128::from(left != right),
        TokenKind::Less => i128::from(left < right),
        TokenKind::LessEqual => i128::from(left <= right),
        TokenKind::Greater => i128::from(left > right),
        TokenKind::GreaterEqual => i128::from(left >= right),
        TokenKind::AndAnd => i128::from(left != 0 && right != 0),
        TokenKind::OrOr => i128::from(left != 0 || right != 0),
        _ => return None,
    };
    Some(in_range(value).ok_or(NoResult::Overflow))
}

fn evaluate(expressions: &Expressions, id: ExpressionId, depth: u32) -> Option<i128> {
    let depth = depth.checked_sub(1)?;
    match expressions.get(id).kind {
        ExpressionKind::Integer(Some(number)) => Some(number.value.into()),
        ExpressionKind::Boolean(value) => Some(value.into()),
        ExpressionKind::Unary { operator, operand } => {
            let value = evaluate(expressions, operand, depth)?;
            match operator {
                TokenKind::Minus => in_range(-value),
                TokenKind::Plus => Some(value),
                TokenKind::Not => Some((value == 0).into()),
                _ => None,
            }
        }
        ExpressionKind::Binary { operator, left, right } => {
            let left = evaluate(expressions, left, depth)?;
            fold(operator, left, evaluate(expressions, right, depth)?)?.ok()
        }
        _ => None,
    }
}

/// The value, if 64 bits can hold it, signed or unsigned.
pub(crate) fn in_range(value: i128) -> Option<i128> {
    (i128::from(i64::MIN)..=i128::from(u64::MAX)).contains(&value).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use bt_syntax::parse;
    use bt_syntax::tree::StatementKind;

    fn value(text: &str) -> Option<i128> {
        let parse = parse(&format!("BEGIN {{ @ = {text}; }}"));
        let probe = parse.program.probes().next().expect("a probe");
        match probe.body.statements[0].kind {
            StatementKind::Assign { value, .. } => constant(&parse.program.expressions, value),
            _ => None,
        }
    }

    #[test]
    fn literals_and_what_is_made_of_them() {
        for (text, expected) in [
            ("1 + 2 * 3", Some(7)),
            ("-5 / 2", Some(-2)),
            ("-5 % 3", Some(-2)),
            ("~0", None),
            ("18446744073709551615 + -1", None),
            ("1 << 63", Some(1 << 63)),
            ("2 << 63", Some(0)),
            ("!(1 == 2) && true", Some(1)),
            ("1 == 2 || 0 > 1", Some(0)),
            ("0x0f & 6 | 8 ^ 1", Some(15)),
            ("1e3 - 1", Some(999)),
            ("pid + 1", None),
            ("(uint8)300", None),
            ("-1 & 3", None),
        ] {
            assert_eq!(value(text), expected, "{text}");
        }
    }

    #[test]
    fn what_has_no_result() {
        for text in
            ["1 / 0", "1 % (2 - 2)", "1 << 64", "1 >> -1", "18446744073709551615 + 1", "-9223372036854775809"]
        {
            assert_eq!(value(text), None, "{text}");
        }
        assert_eq!(fold(TokenKind::Star, u64::MAX.into(), u64::MAX.into()), Some(Err(NoResult::Overflow)));
        assert_eq!(fold(TokenKind::Slash, 1, 0), Some(Err(NoResult::ZeroDivisor)));
        assert_eq!(fold(TokenKind::ShiftLeft, 1, 64), Some(Err(NoResult::FarShift)));
    }

    #[test]
    fn a_long_chain_is_not_followed_to_its_end() {
        assert_eq!(value(&format!("1{}", " + 1".repeat(5))), Some(6));
        assert_eq!(value(&format!("1{}", " + 1".repeat(500))), None);
    }
}
