//! A value is taken of a function that gives none.

use bt_catalog::{MapEffect, Type};
use bt_syntax::{ExpressionId, ExpressionKind};

use super::formats::format_of;
use super::{Context, Findings};
use crate::Diagnostic;
use crate::usage::{Access, Call, Place, ValueStatement};

pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    let usage = context.usage;
    // Mostly each of these functions is a statement of its own.
    let calls = usage.calls.iter().filter(|call| gives_none(context, call)).count();
    let is_statement = |statement: &&ValueStatement| of_call(context, statement.value).is_some();
    if usage.value_statements.iter().filter(is_statement).count() == calls {
        return;
    }
    let variables = usage.variable_values.iter().map(|given| given.value);
    let maps = usage.map_uses.iter().filter_map(|used| match used.access {
        Access::Assign(value) | Access::Compound(_, value) => Some(value),
        _ => None,
    });
    let conditions = usage.conditions.iter().map(|condition| condition.value);
    found.extend(variables.chain(maps).chain(conditions).filter_map(|value| diagnostic(context, value)));
    for expression in context.parse.program.expressions.iter() {
        match &expression.kind {
            ExpressionKind::Map { key: parts, .. } | ExpressionKind::Tuple(parts) => {
                found.extend(parts.iter().filter_map(|part| diagnostic(context, *part)));
            }
            ExpressionKind::Binary { left, right, .. } => {
                found.extend([*left, *right].into_iter().filter_map(|side| diagnostic(context, side)));
            }
            ExpressionKind::Unary { operand: value, .. }
            | ExpressionKind::Cast { operand: value, .. }
            | ExpressionKind::Conditional { condition: value, .. } => {
                found.extend(diagnostic(context, *value))
            }
            _ => {}
        }
    }
    check_formats(context, found);
}

/// The values of `printf()` and its like, which want one.
fn check_formats(context: &Context<'_>, found: &mut Findings) {
    for call in context.calls() {
        if format_of(context, call).is_some() {
            found.extend(call.arguments[1..].iter().filter_map(|value| diagnostic(context, *value)));
        }
    }
}

fn diagnostic(context: &Context<'_>, value: ExpressionId) -> Option<Diagnostic> {
    if let ExpressionKind::Conditional { then: Some(then), .. } =
        context.parse.program.expressions.get(value).kind
    {
        return diagnostic(context, then);
    }
    let call = of_call(context, value)?;
    Some(Diagnostic::error("no-value", call.span, format!("{}() gives no value", call.name)))
}

/// The call of a function without a value.
fn of_call<'a>(context: &Context<'a>, value: ExpressionId) -> Option<&'a Call<'a>> {
    let Place::Call(number) = context.usage.place(value) else { return None };
    let call = &context.usage.calls[number as usize];
    gives_none(context, call).then_some(call)
}

fn gives_none(context: &Context<'_>, call: &Call<'_>) -> bool {
    // An imported file may define it otherwise; what deletes keys has a value since 0.24.
    !context.definitions.has_import
        && call
            .callee
            .function()
            .is_some_and(|known| known.returns == Type::Nothing && known.map_effect != MapEffect::Deletes)
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::testing::check;
    use expect_test::expect;

    #[test]
    fn functions_that_only_do_something() {
        check(
            "BEGIN { $x = exit(); @a = print(1); if (time()) { @b = 1; } @c = delete(@b); @d = strlen(comm); print($x); }",
            expect![[r#"
                error[no-value] `exit()`: exit() gives no value
                error[no-value] `print(1)`: print() gives no value
                error[no-value] `time()`: time() gives no value
            "#]],
        );
        check(
            "BEGIN { @a[time()] = 1; @b = !exit(); @c = pid ? exit() : exit(); exit() ? 0 : 1; printf(\"%s\", time()); }",
            expect![[r#"
                error[no-value] `time()`: time() gives no value
                error[no-value] `exit()`: exit() gives no value
                error[no-value] `exit()`: exit() gives no value
                error[no-value] `exit()`: exit() gives no value
                error[no-value] `time()`: time() gives no value
            "#]],
        );
    }

    #[test]
    fn a_choice_of_what_is_done() {
        check("BEGIN { pid ? print(1) : print(2); }", expect![[""]]);
    }
}
