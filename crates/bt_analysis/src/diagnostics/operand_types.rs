//! An operator gets values that it does not take: text is not added up, and an address is not multiplied.

use bt_catalog::{Type, Version};
use bt_syntax::{ExpressionId, ExpressionKind, Span, TokenKind};

use super::families::{family, noun};
use super::{Context, Findings};
use crate::Diagnostic;
use crate::usage::Access;

/// Up to this release strings that stand in the script are neither joined by `+` nor compared by `<`.
const LAST_WITHOUT_FOLDING: Version = Version { major: 0, minor: 23, patch: u16::MAX };

/// The release of which it is known that a boolean has no sign and no bits.
const BOOLEAN_IS_NO_NUMBER: Version = Version::new(0, 27);

pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    for expression in context.parse.program.expressions.iter() {
        let span = expression.span;
        match expression.kind {
            ExpressionKind::Binary { operator, left, right } => {
                found.extend(operation(context, operator, left, right, span));
            }
            ExpressionKind::Unary { operator, operand } => {
                found.extend(sign(context, operator, operand, span))
            }
            ExpressionKind::Increment { operand, .. } => found.extend(increment(context, operand, span)),
            _ => {}
        }
    }
    for given in &context.usage.variable_values {
        let target = context.inference.variable(given.variable).kind;
        found.extend(assignment(context, given.operator, target, given.value, given.span));
    }
    for used in &context.usage.map_uses {
        let Access::Compound(operator, value) = used.access else { continue };
        let target = context.inference.map(used.map).kind;
        found.extend(assignment(context, operator, target, value, used.span));
    }
}

fn operation(
    context: &Context<'_>,
    operator: TokenKind,
    left: ExpressionId,
    right: ExpressionId,
    span: Span,
) -> Option<Diagnostic> {
    let (left_family, right_family) = (operand(context, left)?, operand(context, right)?);
    if takes(operator, left_family, right_family) || is_compiled(context, operator, left, right) {
        return None;
    }
    let sign = sign_of(context, left, right);
    let message = if left_family == right_family {
        format!("`{sign}` does not take {}", plural(left_family))
    } else {
        format!("`{sign}` does not take {} and {}", noun(left_family), noun(right_family))
    };
    let hint = match (left_family, right_family) {
        (Type::String, Type::String) => Some("strings can only be compared with `==` and `!=`"),
        (Type::String, Type::Pointer) | (Type::Pointer, Type::String) => {
            Some("`str(address)` reads the string at an address")
        }
        (Type::Pointer, _) | (_, Type::Pointer) => Some("cast the pointer to a number: `(uint64)`"),
        (Type::Username, _) | (_, Type::Username) => Some("compare `uid` with a number instead"),
        _ => None,
    };
    let diagnostic = Diagnostic::error("operand-type", span, message);
    Some(match hint {
        Some(hint) => diagnostic.with_hint(hint),
        None => diagnostic,
    })
}

/// `$x *= 2` of an address; other families are compared where values are assigned.
fn assignment(
    context: &Context<'_>,
    operator: TokenKind,
    target: Type,
    value: ExpressionId,
    span: Span,
) -> Option<Diagnostic> {
    let binary = match operator {
        TokenKind::PlusAssign => TokenKind::Plus,
        TokenKind::MinusAssign => TokenKind::Minus,
        TokenKind::StarAssign => TokenKind::Star,
        TokenKind::SlashAssign => TokenKind::Slash,
        TokenKind::PercentAssign => TokenKind::Percent,
        TokenKind::AndAssign => TokenKind::And,
        TokenKind::OrAssign => TokenKind::Or,
        TokenKind::XorAssign => TokenKind::Xor,
        TokenKind::ShiftLeftAssign => TokenKind::ShiftLeft,
        TokenKind::ShiftRightAssign => TokenKind::ShiftRight,
        _ => return None,
    };
    let value = operand(context, value)?;
    let is_known = target == Type::Pointer && matches!(value, Type::Signed | Type::Pointer);
    (is_known && !takes(binary, target, value)).then(|| {
        let name = span.text(context.source);
        Diagnostic::error(
            "operand-type",
            span,
            format!("{name} is a pointer, which can only be moved by a number"),
        )
        .with_hint("cast it to a number: `(uint64)`")
    })
}

/// The family of an operand, in which a boolean is a number.
fn operand(context: &Context<'_>, id: ExpressionId) -> Option<Type> {
    family(context, id).map(|family| if family == Type::Boolean { Type::Signed } else { family })
}

/// Whether an operator takes these two.
fn takes(operator: TokenKind, left: Type, right: Type) -> bool {
    match (left, right) {
        (Type::Signed, Type::Signed) => true,
        // An address can be moved and compared, and releases differ about what is true of it.
        (Type::Signed, Type::Pointer) if operator == TokenKind::Minus => false,
        (Type::Pointer, Type::Signed) | (Type::Signed, Type::Pointer) => !matches!(
            operator,
            TokenKind::Star
                | TokenKind::Slash
                | TokenKind::Percent
                | TokenKind::And
                | TokenKind::Or
                | TokenKind::Xor
                | TokenKind::ShiftLeft
                | TokenKind::ShiftRight
        ),
        (Type::Pointer, Type::Pointer) => !matches!(operator, TokenKind::Plus | TokenKind::Minus),
        (left, right) => left == right && matches!(operator, TokenKind::Equal | TokenKind::NotEqual),
    }
}

/// Strings that stand in the script and are joined or compared while it is compiled.
fn is_compiled(context: &Context<'_>, operator: TokenKind, left: ExpressionId, right: ExpressionId) -> bool {
    let expressions = &context.parse.program.expressions;
    let is_literal = |id| {
        matches!(
            expressions.get(id).kind,
            ExpressionKind::String
                | ExpressionKind::Integer(_)
                | ExpressionKind::Boolean(_)
                | ExpressionKind::Binary { .. }
        )
    };
    let is_computed = matches!(
        operator,
        TokenKind::Plus
            | TokenKind::Less
            | TokenKind::LessEqual
            | TokenKind::Greater
            | TokenKind::GreaterEqual
    );
    is_computed && is_literal(left) && is_literal(right) && context.target > LAST_WITHOUT_FOLDING
}

/// The sign between two operands, as it is written.
fn sign_of<'a>(context: &Context<'a>, left: ExpressionId, right: ExpressionId) -> &'a str {
    let expressions = &context.parse.program.expressions;
    let between = Span { start: expressions.get(left).span.end, end: expressions.get(right).span.start };
    between.text(context.source).trim_matches(|char: char| char.is_whitespace() || "()".contains(char))
}

fn sign(context: &Context<'_>, operator: TokenKind, operand: ExpressionId, span: Span) -> Option<Diagnostic> {
    let family = family(context, operand)?;
    let sign = match operator {
        TokenKind::Not => "!",
        TokenKind::Minus => "-",
        TokenKind::Tilde => "~",
        TokenKind::Star => "*",
        _ => return None,
    };
    let is_taken = match family {
        Type::Signed => true,
        Type::Boolean => operator == TokenKind::Not || context.target < BOOLEAN_IS_NO_NUMBER,
        Type::Pointer => operator == TokenKind::Star,
        _ => false,
    };
    (!is_taken)
        .then(|| Diagnostic::error("operand-type", span, format!("`{sign}` does not take {}", noun(family))))
}

fn increment(context: &Context<'_>, operand: ExpressionId, span: Span) -> Option<Diagnostic> {
    // What a map holds is compared elsewhere.
    if !matches!(context.parse.program.expressions.get(operand).kind, ExpressionKind::Variable) {
        return None;
    }
    let family = family(context, operand)?;
    (!matches!(family, Type::Signed | Type::Boolean | Type::Pointer)).then(|| {
        let name = context.parse.program.expressions.get(operand).span.text(context.source);
        Diagnostic::error(
            "operand-type",
            span,
            format!("{name} is {} and cannot be counted up or down", noun(family)),
        )
    })
}

fn plural(family: Type) -> String {
    let noun = noun(family);
    let noun = noun.strip_prefix("a ").or(noun.strip_prefix("an ")).unwrap_or(noun);
    match noun.strip_suffix('s') {
        Some(stem) => format!("{stem}ses"),
        None => format!("{noun}s"),
    }
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::testing::{check, check_old};
    use expect_test::expect;

    #[test]
    fn two_operands() {
        check(
            "BEGIN { @a = comm + 1; @b = comm < \"b\"; @c = comm == 1; @d = comm && 1; @e = username == 0; @f = kstack == 1; @g = (1, 2) == 1; @h = \"a\" - \"b\"; }",
            expect![[r#"
                error[operand-type] `comm + 1`: `+` does not take a string and a number
                error[operand-type] `comm < "b"`: `<` does not take strings
                  hint: strings can only be compared with `==` and `!=`
                error[operand-type] `comm == 1`: `==` does not take a string and a number
                error[operand-type] `comm && 1`: `&&` does not take a string and a number
                error[operand-type] `username == 0`: `==` does not take a user name and a number
                  hint: compare `uid` with a number instead
                error[operand-type] `kstack == 1`: `==` does not take a kernel stack and a number
                error[operand-type] `(1, 2) == 1`: `==` does not take a tuple and a number
                error[operand-type] `"a" - "b"`: `-` does not take strings
                  hint: strings can only be compared with `==` and `!=`
            "#]],
        );
        check(
            "tracepoint:a:b { @a = comm == \"a\"; @b = kstack == kstack; @c = (1, 2) == (1, 2); @d = curtask == 0; @e = args.x == comm; @f = \"a\" + \"b\"; @g = \"a\" < \"b\"; }",
            expect![[""]],
        );
        check_old(
            "BEGIN { @f = \"a\" + \"b\"; }",
            expect![[r#"
            error[operand-type] `"a" + "b"`: `+` does not take strings
              hint: strings can only be compared with `==` and `!=`
        "#]],
        );
    }

    #[test]
    fn one_operand() {
        check(
            "BEGIN { @a = !comm; @b = -kstack; @c = ~(pid == 1); @d = !(pid == 1); $s = comm; $s++; @f = *comm; @g = !curtask; }",
            expect![[r#"
                error[operand-type] `!comm`: `!` does not take a string
                error[operand-type] `-kstack`: `-` does not take a kernel stack
                error[operand-type] `~(pid == 1)`: `~` does not take a boolean
                error[operand-type] `$s++`: $s is a string and cannot be counted up or down
                error[operand-type] `*comm`: `*` does not take a string
                error[operand-type] `!curtask`: `!` does not take a pointer
            "#]],
        );
        check_old("BEGIN { @c = ~(pid == 1); }", expect![[""]]);
    }

    #[test]
    fn addresses() {
        check(
            "BEGIN { @a = curtask + 8; @b = curtask == 0; @c = curtask & 7; @d = curtask - curtask; @e = -curtask; @f = curtask < 5; @g = 1 - curtask; $p = curtask; $p += 8; $p *= 2; @h = $p; @h -= 1; @h %= 2; }",
            expect![[r#"
                error[operand-type] `curtask & 7`: `&` does not take a pointer and a number
                  hint: cast the pointer to a number: `(uint64)`
                error[operand-type] `curtask - curtask`: `-` does not take pointers
                  hint: cast the pointer to a number: `(uint64)`
                error[operand-type] `-curtask`: `-` does not take a pointer
                error[operand-type] `1 - curtask`: `-` does not take a number and a pointer
                  hint: cast the pointer to a number: `(uint64)`
                error[operand-type] `$p`: $p is a pointer, which can only be moved by a number
                  hint: cast it to a number: `(uint64)`
            "#]],
        );
    }
}
