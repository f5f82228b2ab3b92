//! `count()` and its like stand somewhere else than behind `@map =`.

use super::{Context, Findings};
use crate::Diagnostic;
use crate::usage::Call;

pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    found.extend(context.calls().filter_map(diagnostic));
}

fn diagnostic(call: &Call<'_>) -> Option<Diagnostic> {
    let known = call.callee.aggregation()?;
    if call.is_map_value {
        return None;
    }
    let message = format!("the result of {}() can only be assigned to a map", call.name);
    Some(
        Diagnostic::error("misplaced-aggregation", call.span, message)
            .with_hint(format!("write it as `@x = {};`", known.signature)),
    )
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
                warning[unused-variable] `$x`: $x is never read
                  hint: leave it out, or begin its name with `$_`
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
