//! A value is taken of a function that gives none.

use bt_catalog::{MapEffect, Type};
use bt_syntax::ExpressionId;

use super::{Context, Findings};
use crate::Diagnostic;
use crate::usage::{Access, Place};

pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    let usage = context.usage;
    let variables = usage.variable_values.iter().map(|given| given.value);
    let maps = usage.map_uses.iter().filter_map(|used| match used.access {
        Access::Assign(value) | Access::Compound(_, value) => Some(value),
        _ => None,
    });
    let conditions = usage.conditions.iter().map(|condition| condition.value);
    found.extend(variables.chain(maps).chain(conditions).filter_map(|value| diagnostic(context, value)));
}

fn diagnostic(context: &Context<'_>, value: ExpressionId) -> Option<Diagnostic> {
    let Place::Call(number) = context.usage.place(value) else { return None };
    let call = &context.usage.calls[number as usize];
    let function = call.callee.function()?;
    // An imported file may define it otherwise; what deletes keys has a value since 0.24.
    if context.definitions.has_import
        || function.returns != Type::Nothing
        || function.map_effect == MapEffect::Deletes
    {
        return None;
    }
    Some(Diagnostic::error("no-value", call.span, format!("{}() gives no value", call.name)))
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
    }
}
