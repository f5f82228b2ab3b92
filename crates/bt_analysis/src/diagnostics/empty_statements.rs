//! A `;` too many, which older releases refuse.

use bt_catalog::Version;

use super::{Context, Findings};
use crate::Diagnostic;

/// Up to this release an empty statement is known to be refused.
const LAST_KNOWN_TO_REFUSE: Version = Version { major: 0, minor: 17, patch: u16::MAX };

pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    if context.target > LAST_KNOWN_TO_REFUSE {
        return;
    }
    found.extend(context.usage.empty_statements.iter().map(|span| {
        Diagnostic::error("empty-statement", *span, "there is no statement before this `;`")
            .with_hint("no `;` follows a block")
            .with_fix("Remove it", vec![(*span, String::new())])
    }));
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::testing::{check, check_old};
    use expect_test::expect;

    #[test]
    fn behind_a_block() {
        check(
            "BEGIN { if (1) { @a = 1; }; }",
            expect![[r#"
            info[constant-condition] `1`: the condition is always true
        "#]],
        );
        check_old(
            "BEGIN { if (1) { @a = 1; }; }",
            expect![[r#"
                info[constant-condition] `1`: the condition is always true
                error[empty-statement] `;`: there is no statement before this `;`
                  hint: no `;` follows a block
                  Remove it: "BEGIN { if (1) { @a = 1; } }"
            "#]],
        );
    }
}
