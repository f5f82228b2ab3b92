//! A `;` behind a block, which older releases refuse; and a probe that does nothing at all.

use bt_catalog::Version;

use super::{Context, Findings};
use crate::Diagnostic;

/// The release that takes a `;` behind a block or an `if`.
const BEHIND_BLOCKS: Version = Version::new(0, 24);

pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    // Those that stand elsewhere are no syntax of any release.
    if context.target < BEHIND_BLOCKS {
        found.extend(context.usage.empty_statements.iter().map(|span| {
            Diagnostic::error("empty-statement", *span, "there is no statement before this `;`")
                .with_hint("no `;` follows a block")
                .with_fix("Remove it", vec![(*span, String::new())])
        }));
    }
    let probes = context.parse.program.probes();
    let empty = probes.filter(|probe| probe.body.statements.is_empty() && !probe.body.span.is_empty());
    found.extend(empty.map(|probe| {
        Diagnostic::info("empty-probe", probe.body.span, "the probe does nothing")
            .with_hint("it only costs the time to attach it")
    }));
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::testing::{check, check_old};
    use expect_test::expect;

    #[test]
    fn behind_a_block() {
        let script = "BEGIN { if (@a) { @a = 1; }; }";
        check(script, expect![[""]]);
        check_old(
            script,
            expect![[r#"
                error[empty-statement] `;`: there is no statement before this `;`
                  hint: no `;` follows a block
                  Remove it: "BEGIN { if (@a) { @a = 1; } }"
            "#]],
        );
    }

    #[test]
    fn elsewhere() {
        check(
            "BEGIN { ; @a = 1;; if (@a) { @a = 2; };; for ($i : 0..2) { @b = $i; }; }",
            expect![[r#"
                error[empty-statement] `;`: there is no statement before this `;`
                  hint: leave it out
                  Remove it: "BEGIN {  @a = 1;; if (@a) { @a = 2; };; for ($i : 0..2) { @b = $i; }; }"
                error[empty-statement] `;`: there is no statement before this `;`
                  hint: leave it out
                  Remove it: "BEGIN { ; @a = 1; if (@a) { @a = 2; };; for ($i : 0..2) { @b = $i; }; }"
                error[empty-statement] `;`: there is no statement before this `;`
                  hint: leave it out
                  Remove it: "BEGIN { ; @a = 1;; if (@a) { @a = 2; }; for ($i : 0..2) { @b = $i; }; }"
                error[empty-statement] `;`: there is no statement before this `;`
                  hint: leave it out
                  Remove it: "BEGIN { ; @a = 1;; if (@a) { @a = 2; };; for ($i : 0..2) { @b = $i; } }"
            "#]],
        );
    }

    #[test]
    fn nothing_at_all() {
        check(
            "BEGIN { @a = 1; } kprobe:f { }",
            expect![[r#"
                info[empty-probe] `{ }`: the probe does nothing
                  hint: it only costs the time to attach it
            "#]],
        );
    }
}
