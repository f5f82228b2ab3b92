//! An operator or condition gets a value that it does not take: text is not added up, and a stack is not true or false.

use bt_catalog::{Type, Version};
use bt_syntax::{ExpressionId, ExpressionKind, Span, TokenKind};

use super::families::{family, noun};
use super::{Context, Findings};
use crate::Diagnostic;
use crate::constants::constant;
use crate::usage::{Access, Condition, ConditionKind, Origin, Place};

/// Up to this release strings that stand in the script are not joined by `+`, and are no conditions.
const LAST_WITHOUT_FOLDING: Version = Version { major: 0, minor: 23, patch: u16::MAX };

/// Up to this release an address is no condition.
const LAST_WITHOUT_ADDRESS_CONDITIONS: Version = Version { major: 0, minor: 17, patch: u16::MAX };

/// The release of which it is known that a boolean has no sign and no bits.
const BOOLEAN_IS_NO_NUMBER: Version = Version::new(0, 27);

pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    let mut tuples = None;
    for (index, expression) in context.parse.program.expressions.iter().enumerate() {
        let span = expression.span;
        match expression.kind {
            ExpressionKind::Binary { operator, left, right } => {
                found.extend(operation(context, operator, left, right, span));
            }
            ExpressionKind::Unary { operator, operand } => {
                found.extend(sign(context, operator, operand, span))
            }
            ExpressionKind::Increment { operand, .. } => found.extend(increment(context, operand, span)),
            ExpressionKind::Conditional { condition, then, otherwise } => {
                found.extend(is_no_condition(context, condition));
                if let Some(then) = then {
                    found.extend(branches(context, (condition, then, otherwise), span));
                }
            }
            ExpressionKind::Cast { operand, .. } => found.extend(cast(context, index, operand, span)),
            ExpressionKind::Field { base, name } => {
                found.extend(part(context, &mut tuples, base, name).or_else(|| field(context, base, name)));
            }
            ExpressionKind::Index { base, index } => {
                found.extend(indexed(context, base).or_else(|| no_index(context, base, index)));
            }
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
    for Condition { kind, value } in &context.usage.conditions {
        // It takes anything, as far as is known.
        if *kind != ConditionKind::While {
            found.extend(is_no_condition(context, *value));
        }
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
        Diagnostic::error("operand-type", span, message)
            .with_hint("both sides of the `:` must be of one type"),
    )
}

fn is_no_condition(context: &Context<'_>, value: ExpressionId) -> Option<Diagnostic> {
    let expression = context.parse.program.expressions.get(value);
    let family = family(context, value)?;
    let is_condition = match family {
        Type::Signed | Type::Boolean => true,
        Type::Pointer => context.target > LAST_WITHOUT_ADDRESS_CONDITIONS,
        Type::String => {
            matches!(expression.kind, ExpressionKind::String) && context.target > LAST_WITHOUT_FOLDING
        }
        _ => false,
    };
    if is_condition {
        return None;
    }
    let diagnostic =
        Diagnostic::error("operand-type", expression.span, format!("{} is no condition", noun(family)));
    Some(match family {
        Type::String => diagnostic.with_hint("compare it with a string: `comm == \"bash\"`"),
        Type::Pointer => diagnostic.with_hint("compare it with 0: `!= 0`"),
        _ => diagnostic,
    })
}

fn cast(context: &Context<'_>, index: usize, operand: ExpressionId, span: Span) -> Option<Diagnostic> {
    let from = family(context, operand)?;
    let to = context.inference.value_at(index).kind;
    (from == Type::String && matches!(to, Type::Signed | Type::Unsigned))
        .then(|| Diagnostic::error("operand-type", span, "a string cannot be cast to a number"))
}

/// The first value of each variable; made when the first part of a tuple is read.
type FirstValues = Option<Vec<Option<ExpressionId>>>;

/// `.2` of a tuple of two.
fn part(
    context: &Context<'_>,
    tuples: &mut FirstValues,
    base: ExpressionId,
    name: Span,
) -> Option<Diagnostic> {
    let position: usize = name.text(context.source).parse().ok()?;
    let count = match context.usage.place(base) {
        Place::Variable(variable) => match context.usage.variables[variable.index()].origin {
            // Key and value of a map.
            Origin::Loop { is_number: false } => Some(2),
            // All its values have the same parts.
            _ => tuples.get_or_insert_with(|| first_values(context))[variable.index()]
                .and_then(|first| parts_of(context, first)),
        },
        _ => parts_of(context, base),
    }?;
    (position >= count).then(|| {
        let message = format!("the tuple has {count} parts, counted from 0");
        Diagnostic::error("operand-type", name, message)
    })
}

/// Number of parts, if it is a tuple that is written out.
fn parts_of(context: &Context<'_>, tuple: ExpressionId) -> Option<usize> {
    match &context.parse.program.expressions.get(tuple).kind {
        ExpressionKind::Tuple(parts) => Some(parts.len()),
        _ => None,
    }
}

fn first_values(context: &Context<'_>) -> Vec<Option<ExpressionId>> {
    let mut first = vec![None; context.usage.variables.len()];
    for given in &context.usage.variable_values {
        // Later values of another length are refused.
        first[given.variable.index()].get_or_insert(given.value);
    }
    first
}

fn field(context: &Context<'_>, base: ExpressionId, name: Span) -> Option<Diagnostic> {
    let family = family(context, base)?;
    let is_number = name.text(context.source).starts_with(|char: char| char.is_ascii_digit());
    if family == Type::Tuple && !is_number {
        return Some(
            Diagnostic::error("operand-type", name, "the parts of a tuple have numbers, not names")
                .with_hint("the first one is `.0`"),
        );
    }
    matches!(family, Type::Signed | Type::String).then(|| {
        let diagnostic = Diagnostic::error("operand-type", name, format!("{} has no fields", noun(family)));
        match family {
            Type::Signed => diagnostic
                .with_hint("cast it to the structure that it points to: `((struct name *)arg0)->field`"),
            _ => diagnostic,
        }
    })
}

fn indexed(context: &Context<'_>, base: ExpressionId) -> Option<Diagnostic> {
    let family = family(context, base)?;
    let is_refused = match family {
        Type::Signed => true,
        Type::String => context.target <= LAST_WITHOUT_FOLDING,
        _ => false,
    };
    is_refused.then(|| {
        let span = context.parse.program.expressions.get(base).span;
        Diagnostic::error(
            "operand-type",
            span,
            format!("{} has no parts that could be indexed", noun(family)),
        )
    })
}

/// An index of an array that is none. What is indexed may also be the name of a type.
fn no_index(context: &Context<'_>, base: ExpressionId, index: ExpressionId) -> Option<Diagnostic> {
    let expressions = &context.parse.program.expressions;
    if matches!(expressions.get(base).kind, ExpressionKind::Identifier) {
        return None;
    }
    let is_negative = constant(expressions, index).is_some_and(|value| value < 0);
    let is_text = family(context, index) == Some(Type::String);
    (is_negative || is_text).then(|| {
        let what = if is_text { "a string" } else { "a negative number" };
        let span = expressions.get(index).span;
        Diagnostic::error("operand-type", span, format!("{what} is no index"))
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
            "BEGIN { @a = !comm; @b = -kstack; @c = ~(pid == 1); @d = !(pid == 1); $s = comm; $s++; @e = (uint64)\"a\"; @f = *comm; @g = !curtask; @h = (int32)kstack; @i = (string)pid; }",
            expect![[r#"
                error[operand-type] `!comm`: `!` does not take a string
                error[operand-type] `-kstack`: `-` does not take a kernel stack
                error[operand-type] `~(pid == 1)`: `~` does not take a boolean
                error[operand-type] `$s++`: $s is a string and cannot be counted up or down
                error[operand-type] `(uint64)"a"`: a string cannot be cast to a number
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

    #[test]
    fn parts_of_what_has_none() {
        check(
            "kprobe:f { @a = arg0->x; @b = comm.x; @c = pid[0]; @d = (1, 2).2; @e = (1, 2).1; @f = comm[0]; @g = args.x; $t = (1, 2); @h = $t.2; @i = args.y[-1]; @j = args.y[comm]; for ($kv : @a) { @k = $kv.2; @l = $kv.key; @m = $kv.1; } }",
            expect![[r#"
                error[operand-type] `x`: a number has no fields
                  hint: cast it to the structure that it points to: `((struct name *)arg0)->field`
                error[operand-type] `x`: a string has no fields
                error[operand-type] `pid`: a number has no parts that could be indexed
                error[operand-type] `2`: the tuple has 2 parts, counted from 0
                error[misplaced-builtin] `args`: kprobe probes have no `args`
                  hint: its arguments are `arg0`, `arg1` and so on; `fentry` has them by name
                error[operand-type] `2`: the tuple has 2 parts, counted from 0
                error[misplaced-builtin] `args`: kprobe probes have no `args`
                  hint: its arguments are `arg0`, `arg1` and so on; `fentry` has them by name
                error[operand-type] `-1`: a negative number is no index
                error[misplaced-builtin] `args`: kprobe probes have no `args`
                  hint: its arguments are `arg0`, `arg1` and so on; `fentry` has them by name
                error[operand-type] `comm`: a string is no index
                error[map-loop] `@a`: @a has no keys to loop over
                  hint: its only value is read by its name
                error[operand-type] `2`: the tuple has 2 parts, counted from 0
                error[operand-type] `key`: the parts of a tuple have numbers, not names
                  hint: the first one is `.0`
            "#]],
        );
        check_old(
            "kprobe:f { @f = comm[0]; }",
            expect![[r#"
            error[operand-type] `comm`: a string has no parts that could be indexed
        "#]],
        );
    }

    #[test]
    fn conditions() {
        check(
            "BEGIN /comm/ { if (kstack) { @a = 1; } if (curtask) { @a = 2; } @b = comm ? 1 : 2; @c = pid ? 1 : comm; @d = 1 ? 1 : \"a\"; }",
            expect![[r#"
                error[operand-type] `comm`: a string is no condition
                  hint: compare it with a string: `comm == "bash"`
                error[operand-type] `kstack`: a kernel stack is no condition
                error[operand-type] `comm`: a string is no condition
                  hint: compare it with a string: `comm == "bash"`
                error[operand-type] `pid ? 1 : comm`: this is a number or a string, as the condition says
                  hint: both sides of the `:` must be of one type
            "#]],
        );
        check_old(
            "BEGIN { @c = 1 ? 1 : \"a\"; if (curtask) { @a = 1; } if (\"a\") { @a = 2; } }",
            expect![[r#"
                error[operand-type] `1 ? 1 : "a"`: this is a number or a string, as the condition says
                  hint: both sides of the `:` must be of one type
                error[operand-type] `curtask`: a pointer is no condition
                  hint: compare it with 0: `!= 0`
                error[operand-type] `"a"`: a string is no condition
                  hint: compare it with a string: `comm == "bash"`
            "#]],
        );
    }
}
