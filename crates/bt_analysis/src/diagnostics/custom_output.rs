//! A script says that it prints its maps itself, and does not.

use super::{Context, Findings};
use crate::Diagnostic;
use crate::usage::Access;

pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    let Some(span) = context.comments.custom_output_block else { return };
    let prints =
        context.usage.map_uses.iter().any(|used| matches!(used.access, Access::Print | Access::Passed));
    if prints || context.facts.exported_maps().next().is_none() {
        return;
    }
    found.push(
        Diagnostic::warning("custom-output-without-print", span, "the script prints none of its maps")
            .with_hint("print them in an interval probe, or remove this line: then bpflens prints them"),
    );
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::testing::check;
    use expect_test::expect;

    #[test]
    fn a_print_is_missing() {
        check("// custom-output-block\nBEGIN { @a = 1; }\ninterval:s:1 { print(@a); }", expect![[""]]);
        check(
            "// custom-output-block\nBEGIN { @a = 1; }",
            expect![[r#"
                warning[custom-output-without-print] `custom-output-block`: the script prints none of its maps
                  hint: print them in an interval probe, or remove this line: then bpflens prints them
            "#]],
        );
    }
}
