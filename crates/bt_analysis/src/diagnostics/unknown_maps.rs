//! An annotation names a map that the script does not have.

use bt_catalog::did_you_mean;

use super::Context;
use crate::Diagnostic;

pub(super) fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let maps = &context.facts.maps;
    if context.definitions.has_import {
        return;
    }
    for (name, span) in context.comments.maps.iter().take(crate::MAX_DIAGNOSTICS) {
        if maps.iter().any(|map| map.name == *name) {
            continue;
        }
        let mut diagnostic =
            Diagnostic::warning("unknown-map", *span, format!("the script has no map `{name}`"));
        if let Some(meant) = did_you_mean(name, maps.iter().map(|map| map.name.as_str())) {
            diagnostic = diagnostic
                .with_hint(format!("did you mean `{meant}`?"))
                .with_fix(format!("Change it to `{meant}`"), vec![(*span, meant.to_string())]);
        }
        found.push(diagnostic);
    }
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::testing::check;
    use expect_test::expect;

    #[test]
    fn named_but_not_there() {
        check(
            "// include: @usecs, @cals\n// unit: @nowhere us\nBEGIN { @usecs = 1; @calls = count(); }",
            expect![[r#"
                warning[unknown-map] `@cals`: the script has no map `@cals`
                  hint: did you mean `@calls`?
                  Change it to `@calls`: "// include: @usecs, @calls\n// unit: @nowhere us\nBEGIN { @usecs = 1; @calls = count(); }"
                warning[unknown-map] `@nowhere`: the script has no map `@nowhere`
            "#]],
        );
    }
}
