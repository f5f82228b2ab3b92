//! A statement that begins with a map or variable, and ends earlier than it was meant.

use bt_catalog::Version;
use bt_syntax::{ExpressionId, ExpressionKind, Span};

use super::{Context, Findings, short};
use crate::Diagnostic;
use crate::usage::ValueStatement;

/// The release with a parser that ends such a statement at `?`, and behind `++` and `--`.
const ENDS_EARLY: Version = Version::new(0, 26);

pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    if context.target >= ENDS_EARLY {
        found.extend(context.usage.value_statements.iter().filter_map(|value| diagnostic(context, *value)));
    }
}

fn diagnostic(context: &Context<'_>, statement: ValueStatement) -> Option<Diagnostic> {
    let expressions = &context.parse.program.expressions;
    let span = expressions.get(statement.value).span;
    let is_open = span.text(context.source).starts_with(['@', '$'])
        && !context.source[..span.start as usize].trim_end().ends_with('(');
    if statement.is_result || !is_open || !ends_early(context, statement.value) {
        return None;
    }
    let message = format!("bpftrace {} ends this statement before its end", short(context.target));
    let sign = |position, text: &str| (Span::empty(position), text.to_string());
    Some(
        Diagnostic::error("statement-end", span, message)
            .with_hint("put it in parentheses, or assign the value")
            .with_fix("Put it in parentheses", vec![sign(span.start, "("), sign(span.end, ")")]),
    )
}

/// Whether its outermost sign is `?`, or its leftmost part `++` or `--`.
fn ends_early(context: &Context<'_>, mut id: ExpressionId) -> bool {
    let expressions = &context.parse.program.expressions;
    if matches!(expressions.get(id).kind, ExpressionKind::Conditional { .. }) {
        return true;
    }
    let mut is_part = false;
    loop {
        match expressions.get(id).kind {
            ExpressionKind::Binary { left, .. } => id = left,
            ExpressionKind::Increment { .. } => return is_part,
            _ => return false,
        }
        is_part = true;
    }
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::testing::{check, check_old};
    use expect_test::expect;

    #[test]
    fn at_a_question_mark_and_behind_increments() {
        let script =
            "BEGIN { @a = 1; @a ? 1 : 2; @a == 1 ? 1 : 2; @a++ + 1; @a++; (@a) ? 1 : 2; (@a ? 1 : 2); }";
        check(
            script,
            expect![[r#"
                error[statement-end] `@a ? 1 : 2`: bpftrace 0.27 ends this statement before its end
                  hint: put it in parentheses, or assign the value
                  Put it in parentheses: "BEGIN { @a = 1; (@a ? 1 : 2); @a == 1 ? 1 : 2; @a++ + 1; @a++; (@a) ? 1 : 2; (@a ? 1 : 2); }"
                warning[no-effect] `@a ? 1 : 2`: this value is not used
                  hint: assign it, print it, or leave it out
                error[statement-end] `@a == 1 ? 1 : 2`: bpftrace 0.27 ends this statement before its end
                  hint: put it in parentheses, or assign the value
                  Put it in parentheses: "BEGIN { @a = 1; @a ? 1 : 2; (@a == 1 ? 1 : 2); @a++ + 1; @a++; (@a) ? 1 : 2; (@a ? 1 : 2); }"
                warning[no-effect] `@a == 1 ? 1 : 2`: this value is not used
                  hint: assign it, print it, or leave it out
                error[statement-end] `@a++ + 1`: bpftrace 0.27 ends this statement before its end
                  hint: put it in parentheses, or assign the value
                  Put it in parentheses: "BEGIN { @a = 1; @a ? 1 : 2; @a == 1 ? 1 : 2; (@a++ + 1); @a++; (@a) ? 1 : 2; (@a ? 1 : 2); }"
                warning[no-effect] `(@a) ? 1 : 2`: this value is not used
                  hint: assign it, print it, or leave it out
                warning[no-effect] `@a ? 1 : 2`: this value is not used
                  hint: assign it, print it, or leave it out
            "#]],
        );
        check_old(
            script,
            expect![[r#"
            warning[no-effect] `@a ? 1 : 2`: this value is not used
              hint: assign it, print it, or leave it out
            warning[no-effect] `@a == 1 ? 1 : 2`: this value is not used
              hint: assign it, print it, or leave it out
            warning[no-effect] `(@a) ? 1 : 2`: this value is not used
              hint: assign it, print it, or leave it out
            warning[no-effect] `@a ? 1 : 2`: this value is not used
              hint: assign it, print it, or leave it out
        "#]],
        );
    }
}
