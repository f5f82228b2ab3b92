//! A statement is a value that nobody uses: `@x == 1;`, where `=` was meant.

use bt_catalog::builtin;
use bt_syntax::{ExpressionId, ExpressionKind, Span, TokenKind};

use super::{Context, Findings};
use crate::Diagnostic;

/// How deep a value is searched for calls; what lies deeper may do something.
const MAX_DEPTH: u32 = 6;

pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    let values = context.usage.value_statements.iter().filter(|statement| !statement.is_result);
    found.extend(values.filter_map(|statement| diagnostic(context, statement.value)));
}

fn diagnostic(context: &Context<'_>, value: ExpressionId) -> Option<Diagnostic> {
    if !has_no_effect(context, value, MAX_DEPTH) {
        return None;
    }
    let expression = context.parse.program.expressions.get(value);
    let diagnostic = Diagnostic::warning("no-effect", expression.span, "this value is not used");
    Some(match meant_assignment(context, value) {
        Some(sign) => diagnostic
            .with_hint("`==` compares, `=` assigns")
            .with_fix("Assign it", vec![(sign, "=".to_string())]),
        None => diagnostic.with_hint("assign it, print it, or leave it out"),
    })
}

/// The sign of `@x == 1`.
fn meant_assignment(context: &Context<'_>, value: ExpressionId) -> Option<Span> {
    let expressions = &context.parse.program.expressions;
    let ExpressionKind::Binary { operator: TokenKind::Equal, left, right } = expressions.get(value).kind
    else {
        return None;
    };
    let (left, right) = (expressions.get(left), expressions.get(right));
    let can_be_assigned = matches!(left.kind, ExpressionKind::Map { .. } | ExpressionKind::Variable);
    let between = Span { start: left.span.end, end: right.span.start };
    let offset = between.text(context.source).find("==").filter(|_| can_be_assigned)?;
    let start = between.start + offset as u32;
    Some(Span { start, end: start + 2 })
}

fn has_no_effect(context: &Context<'_>, value: ExpressionId, depth: u32) -> bool {
    let expressions = &context.parse.program.expressions;
    let expression = expressions.get(value);
    let Some(depth) = depth.checked_sub(1) else { return false };
    let mut is_plain = match &expression.kind {
        // Others can be macros.
        ExpressionKind::Identifier => {
            let name = expression.span.text(context.source);
            builtin(name).is_some()
                && !context.definitions.functions.contains(name)
                && !context.definitions.has_import
        }
        ExpressionKind::Integer(_)
        | ExpressionKind::String
        | ExpressionKind::Boolean(_)
        | ExpressionKind::Map { .. }
        | ExpressionKind::Variable
        | ExpressionKind::Positional
        | ExpressionKind::PositionalCount
        | ExpressionKind::Unary { .. }
        | ExpressionKind::Binary { .. }
        | ExpressionKind::Cast { .. }
        | ExpressionKind::Field { .. }
        | ExpressionKind::Index { .. }
        | ExpressionKind::Tuple(_)
        | ExpressionKind::Conditional { .. } => true,
        ExpressionKind::Missing
        | ExpressionKind::Call { .. }
        | ExpressionKind::Increment { .. }
        | ExpressionKind::Record(_)
        | ExpressionKind::Type(_)
        | ExpressionKind::If(_)
        | ExpressionKind::Block(_) => false,
    };
    if is_plain {
        expressions.for_each_part(value, |part| is_plain = is_plain && has_no_effect(context, part, depth));
    }
    is_plain
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::testing::check;
    use expect_test::expect;

    #[test]
    fn values_that_nobody_uses() {
        check(
            "BEGIN { @x = 1; @x == 2; 1; pid + 1; @x[1] ; \"text\"; }",
            expect![[r#"
            warning[no-effect] `@x == 2`: this value is not used
              hint: `==` compares, `=` assigns
              Assign it: "BEGIN { @x = 1; @x = 2; 1; pid + 1; @x[1] ; \"text\"; }"
            warning[no-effect] `1`: this value is not used
              hint: assign it, print it, or leave it out
            warning[no-effect] `pid + 1`: this value is not used
              hint: assign it, print it, or leave it out
            error[map-key] `@x`: @x is used with a key of 1 part here, but without a key before
            warning[no-effect] `@x[1]`: this value is not used
              hint: assign it, print it, or leave it out
            warning[no-effect] `"text"`: this value is not used
              hint: assign it, print it, or leave it out
        "#]],
        );
    }

    #[test]
    fn what_does_something_or_is_a_result() {
        check(
            "macro two() { 2 } macro go() { print(1) } BEGIN { @x = 1; @x++; print(@x); @x > 1 ? print(1) : print(2); @y = { 1; 2 }; two(); go; }",
            expect![[r#"
                error[statement-end] `@x > 1 ? print(1) : print(2)`: bpftrace 0.27 ends this statement before its end
                  hint: put it in parentheses, or assign the value
                  Put it in parentheses: "macro two() { 2 } macro go() { print(1) } BEGIN { @x = 1; @x++; print(@x); (@x > 1 ? print(1) : print(2)); @y = { 1; 2 }; two(); go; }"
                warning[no-effect] `1`: this value is not used
                  hint: assign it, print it, or leave it out
            "#]],
        );
    }
}
