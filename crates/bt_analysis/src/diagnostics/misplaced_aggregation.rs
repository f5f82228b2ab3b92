//! `count()` and its like stand somewhere else than behind `@map =`.

use bt_catalog::aggregation;

use super::{Context, Findings, not_in_target};
use crate::Diagnostic;
use crate::usage::Call;

pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    found.extend(context.usage.calls.iter().filter_map(|call| diagnostic(context, call)));
}

fn diagnostic(context: &Context<'_>, call: &Call<'_>) -> Option<Diagnostic> {
    let known = aggregation(call.name)?;
    if context.definitions.may_define(call.name) {
        return None;
    }
    let what = format!("{}()", call.name);
    not_in_target(context.target, known.lifetime, &what, call.name_span).or_else(|| {
        let message = format!("the result of {what} can only be assigned to a map");
        let misplaced = Diagnostic::error("misplaced-aggregation", call.span, message)
            .with_hint(format!("write it as `@x = {};`", known.signature));
        (!call.is_map_value).then_some(misplaced)
    })
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
