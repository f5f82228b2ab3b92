//! `count()` and its like stand somewhere else than behind `@map =`.

use bt_catalog::{Version, aggregation};

use super::{Context, not_in_target};
use crate::Diagnostic;

pub(super) fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for call in &context.usage.calls {
        let Some(known) = aggregation(call.name) else { continue };
        if context.definitions.may_define(call.name) {
            continue;
        }
        let target: Version = context.target;
        let newer = not_in_target(target, known.lifetime, &format!("{}()", call.name), call.name_span);
        if let Some(newer) = newer {
            found.push(newer);
        } else if !call.is_map_value {
            found.push(
                Diagnostic::error(
                    "misplaced-aggregation",
                    call.span,
                    format!("the result of {}() can only be assigned to a map", call.name),
                )
                .with_hint(format!("write it as `@x = {};`", known.signature)),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::testing::{check, check_old};
    use expect_test::expect;

    #[test]
    fn only_a_map_can_hold_it() {
        check(
            "BEGIN { @a = count(); $x = count(); hist(1); @b = 1 + sum(2); }",
            expect![[r#"
                error[misplaced-aggregation] `count()`: the result of count() can only be assigned to a map
                  hint: write it as `@x = count();`
                error[misplaced-aggregation] `hist(1)`: the result of hist() can only be assigned to a map
                  hint: write it as `@x = hist(n[, bits]);`
                error[misplaced-aggregation] `sum(2)`: the result of sum() can only be assigned to a map
                  hint: write it as `@x = sum(n);`
            "#]],
        );
        check_old(
            "BEGIN { @a = tseries(1, 1, 1); }",
            expect![[r#"
                error[newer-feature] `tseries`: tseries() does not exist in bpftrace 0.17
                  hint: it came with 0.24
            "#]],
        );
    }
}
