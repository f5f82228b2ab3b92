//! The script has nothing to show: no probe, or neither maps nor output.
//!
//! bpftrace runs a script that shows nothing, so that this is an error only for those who would run it to look at it.

use bt_syntax::Span;

use super::{Context, Findings};
use crate::{Diagnostic, Severity};

/// Code of a script that runs and shows nothing.
const NOTHING_TO_EXPORT: &str = "nothing-to-export";

/// The same findings for whoever runs a script to look at it: then one that shows nothing is refused.
pub fn findings_to_watch(mut found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    for finding in found.iter_mut().filter(|finding| finding.code == NOTHING_TO_EXPORT) {
        finding.severity = Severity::Error;
    }
    found
}

pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    let facts = context.facts;
    // What could not be read may well have been a probe or a map.
    if !context.parse.errors.is_empty() {
        return;
    }
    let start = facts.probes.first().map_or(Span::empty(0), |probe| probe.span);
    if facts.probes.is_empty() {
        found.push(
            Diagnostic::error("no-probes", start, "the script has no probe")
                .with_hint("write one, e.g. `tracepoint:syscalls:sys_enter_read { @[comm] = count(); }`"),
        );
        return;
    }
    if facts.exported_maps().next().is_some() || facts.exports_output() || context.definitions.has_import {
        return;
    }
    let (message, hint) = if !facts.outputs.is_empty() {
        (
            "the script has nothing to show: what it prints is not exported",
            "add `@output` to the `// include:` line",
        )
    } else if facts.maps.is_empty() {
        ("the script has nothing to show: neither a map nor output", "count something: `@calls = count();`")
    } else {
        (
            "the script has nothing to show: no map is exported, and it prints nothing",
            "check the `// include:` line, and that the maps are assigned",
        )
    };
    found.push(Diagnostic::warning(NOTHING_TO_EXPORT, start, message).with_hint(hint));
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::testing::check;
    use expect_test::expect;

    #[test]
    fn neither_maps_nor_output() {
        check(
            "BEGIN { $x = 1; $x; }",
            expect![[r#"
                warning[nothing-to-export] `BEGIN`: the script has nothing to show: neither a map nor output
                  hint: count something: `@calls = count();`
                warning[no-effect] `$x`: this value is not used
                  hint: assign it, print it, or leave it out
            "#]],
        );
        check("BEGIN { printf(\"hello\"); }", expect![[""]]);
        check(
            "// include: @b\nBEGIN { @a = 1; }",
            expect![[r#"
                warning[unknown-map] `@b`: the script has no map `@b`
                  hint: did you mean `@a`?
                  Change it to `@a`: "// include: @a\nBEGIN { @a = 1; }"
                warning[nothing-to-export] `BEGIN`: the script has nothing to show: no map is exported, and it prints nothing
                  hint: check the `// include:` line, and that the maps are assigned
            "#]],
        );
    }

    #[test]
    fn no_probe_at_all() {
        for script in ["", "\n// just a comment\n", "struct s { int a; };"] {
            check(
                script,
                expect![[r#"
                    error[no-probes] ``: the script has no probe
                      hint: write one, e.g. `tracepoint:syscalls:sys_enter_read { @[comm] = count(); }`
                "#]],
            );
        }
    }
}
