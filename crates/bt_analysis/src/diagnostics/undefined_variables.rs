//! A variable is used but never gets a value.

use bt_syntax::tree::Item;
use rustc_hash::FxHashSet;

use super::{Context, Findings, never_assigned};

pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    // Macros and functions have parameters, and macros can assign variables of their callers.
    let has_parameters =
        context.parse.program.items.iter().any(|item| matches!(item, Item::Macro(_) | Item::Function(_)));
    if has_parameters || context.definitions.has_import || !context.parse.errors.is_empty() {
        return;
    }
    let usage = context.usage;
    let mut known: FxHashSet<&str> = usage.variables.iter().map(|value| value.name).collect();
    known.extend(&usage.declared);
    let undefined = usage.variable_reads.iter().filter(|read| !known.contains(read.text));
    found.extend(undefined.map(|read| never_assigned("undefined-variable", read.text, read.span, &known)));
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
                error[undefined-variable] `$totl`: $totl never gets a value
                  hint: did you mean `$total`?
                  Change it to `$total`: "BEGIN { $total = 1; @a = $total + $other; let $b; $b++; for ($kv : @a) { @b = $kv; } find(@a, 1, $out); @c = $out; }"
                error[undefined-variable] `$other`: $other never gets a value
            "#]],
        );
    }
}
