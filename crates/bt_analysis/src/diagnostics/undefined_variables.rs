//! A variable is used but never gets a value.

use bt_catalog::did_you_mean;
use rustc_hash::FxHashSet;

use super::Context;
use crate::Diagnostic;
use bt_syntax::tree::Item;

pub(super) fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    // Macros and functions have parameters, and macros can assign variables of their callers.
    let has_parameters =
        context.parse.program.items.iter().any(|item| matches!(item, Item::Macro(_) | Item::Function(_)));
    if has_parameters || context.definitions.has_import || !context.parse.errors.is_empty() {
        return;
    }
    let usage = context.usage;
    let mut known: FxHashSet<&str> = usage.variables.iter().map(|value| value.name).collect();
    known.extend(&usage.declared);
    for read in &usage.variable_reads {
        if known.contains(read.text) {
            continue;
        }
        let mut diagnostic =
            Diagnostic::error("undefined-variable", read.span, format!("{} never gets a value", read.text));
        if let Some(meant) = did_you_mean(read.text, known.iter().copied().filter(|name| name.len() > 2)) {
            diagnostic = diagnostic
                .with_hint(format!("did you mean `{meant}`?"))
                .with_fix(format!("Change it to `{meant}`"), vec![(read.span, meant.to_string())]);
        }
        found.push(diagnostic);
        if found.len() >= crate::MAX_DIAGNOSTICS {
            return;
        }
    }
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
