//! A script says that it prints its maps itself, and does not, or too late.

use bt_catalog::probe_type;

use super::{Context, Findings};
use crate::Diagnostic;
use crate::usage::Access;

pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    let Some(span) = context.comments.custom_output_block else { return };
    if context.facts.exported_maps().next().is_none() {
        return;
    }
    let uses = context.usage.map_uses.iter();
    let mut prints = uses.filter(|used| matches!(used.access, Access::Print | Access::Passed)).peekable();
    if prints.peek().is_some() {
        // What stands in macros may be called anywhere.
        if prints.all(|used| used.probe.is_some_and(|number| is_end(context, number))) {
            found.push(
                Diagnostic::warning(
                    "custom-output-at-end",
                    span,
                    "the script prints its maps only when it ends",
                )
                .with_hint("print them in an interval probe too: nothing is shown before"),
            );
        }
        return;
    }
    found.push(
        Diagnostic::warning("custom-output-without-print", span, "the script prints none of its maps")
            .with_hint("print them in an interval probe, or remove this line: then bpflens prints them"),
    );
}

/// Whether the probe of that number is an `END`.
fn is_end(context: &Context<'_>, number: usize) -> bool {
    let mut points =
        context.parse.program.probes().nth(number).into_iter().flat_map(|probe| &probe.attach_points);
    points
        .all(|point| probe_type(point.provider.text(context.source)).is_some_and(|known| known.name == "END"))
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

    #[test]
    fn printed_at_the_end() {
        check(
            "// custom-output-block\nkprobe:f { @a = count(); } END { print(@a); clear(@a); }",
            expect![[r#"
                warning[custom-output-at-end] `custom-output-block`: the script prints its maps only when it ends
                  hint: print them in an interval probe too: nothing is shown before
            "#]],
        );
    }
}
