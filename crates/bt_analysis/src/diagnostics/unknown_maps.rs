//! An annotation names a map that the script does not have.

use bt_catalog::did_you_mean;
use bt_metrics::OUTPUT_METRIC;
use rustc_hash::FxHashSet;

use super::{Context, Findings};
use crate::Diagnostic;

pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    let maps = &context.facts.maps;
    if context.definitions.has_import || context.comments.maps.is_empty() {
        return;
    }
    let known: FxHashSet<&str> = maps.iter().map(|map| map.name.as_str()).collect();
    let unknown = context.comments.maps.iter().filter(|(name, _)| {
        let is_output = name.strip_prefix('@') == Some(OUTPUT_METRIC) && context.facts.exports_output();
        !known.contains(name) && !is_output
    });
    found.extend(unknown.map(|(name, span)| {
        Diagnostic::warning("unknown-map", *span, format!("the script has no map `{name}`"))
            .with_meant(did_you_mean(name, maps.iter().map(|map| map.name.as_str())))
    }));
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

    #[test]
    fn printed_text_goes_by_the_name_of_output() {
        let text = "// include: @output\nBEGIN { @a = 1; printf(\"x\"); }";
        check(
            text,
            expect![[r#"
            warning[unused-map] `@a`: @a is neither exported nor read
              hint: add it to the `// include:` line, or leave it out
        "#]],
        );
        check(
            "// include: @output\nBEGIN { @a = 1; }",
            expect![[r#"
                warning[unknown-map] `@output`: the script has no map `@output`
                warning[nothing-to-export] `BEGIN`: the script has nothing to show: no map is exported, and it prints nothing
                  hint: check the `// include:` line, and that the maps are assigned
                warning[unused-map] `@a`: @a is neither exported nor read
                  hint: add it to the `// include:` line, or leave it out
            "#]],
        );
        check(
            "// include: @b\nBEGIN { printf(\"x\"); }",
            expect![[r#"
            warning[unknown-map] `@b`: the script has no map `@b`
            warning[nothing-to-export] `BEGIN`: the script has nothing to show: what it prints is not exported
              hint: add `@output` to the `// include:` line
        "#]],
        );
    }
}
