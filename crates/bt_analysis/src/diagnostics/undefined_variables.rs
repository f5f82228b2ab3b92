//! A variable is used but has no value there.

use rustc_hash::FxHashSet;

use super::{Context, Findings, never_assigned};

pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    let undefined = &context.usage.undefined_variables;
    // What could not be read may have been its value.
    if undefined.is_empty() || !context.parse.errors.is_empty() {
        return;
    }
    let known: FxHashSet<&str> = context.usage.variables.iter().map(|variable| variable.name).collect();
    found.extend(
        undefined.iter().map(|read| never_assigned("undefined-variable", read.text, read.span, &known)),
    );
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::testing::check;
    use expect_test::expect;

    #[test]
    fn never_assigned() {
        check(
            "BEGIN { $total = 1; @a = $totl + $other; let $b; $b++; for ($kv : @a) { @b = $kv; } find(@a, 1, $out); @c = $out; }",
            expect![[r#"
                warning[unused-variable] `$total`: $total is never read
                  hint: leave it out, or begin its name with `$_`
                error[undefined-variable] `$totl`: $totl never gets a value
                  hint: did you mean `$total`?
                  Change it to `$total`: "BEGIN { $total = 1; @a = $total + $other; let $b; $b++; for ($kv : @a) { @b = $kv; } find(@a, 1, $out); @c = $out; }"
                error[undefined-variable] `$other`: $other never gets a value
                error[map-loop] `@a`: @a has no keys to loop over
                  hint: its only value is read by its name
                error[map-key] `@a`: @a has no keys
            "#]],
        );
    }
}
