//! A map is used but never gets a value.

use bt_catalog::{Version, did_you_mean};
use rustc_hash::FxHashSet;

use super::Context;
use crate::{Diagnostic, Severity};

/// The release that reads such a map as empty instead of refusing the script.
const READS_AS_EMPTY: Version = Version::new(0, 24);

pub(super) fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    // An imported file may fill it, and so may what could not be read.
    if context.definitions.has_import || !context.parse.errors.is_empty() {
        return;
    }
    let maps = &context.usage.maps;
    let written: FxHashSet<&str> =
        maps.iter().filter(|used| used.access.writes()).map(|used| used.name).collect();
    let mut reported = FxHashSet::default();
    for used in maps {
        if written.contains(used.name) || !reported.insert(used.name) {
            continue;
        }
        let mut diagnostic =
            Diagnostic::error("undefined-map", used.span, format!("{} never gets a value", used.name));
        if context.target >= READS_AS_EMPTY {
            diagnostic.severity = Severity::Warning;
        }
        if let Some(meant) = did_you_mean(used.name, written.iter().copied().filter(|name| name.len() > 2)) {
            diagnostic = diagnostic
                .with_hint(format!("did you mean `{meant}`?"))
                .with_fix(format!("Change it to `{meant}`"), vec![(used.span, meant.to_string())]);
        }
        found.push(diagnostic);
        if found.len() >= crate::MAX_DIAGNOSTICS {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::testing::{check, check_old};
    use expect_test::expect;

    #[test]
    fn read_printed_or_deleted_but_never_written() {
        check(
            "BEGIN { @usecs = 1; @a = @usec + 1; print(@nope); delete(@a); } END { clear(@usec); }",
            expect![[r#"
                warning[undefined-map] `@usec`: @usec never gets a value
                  hint: did you mean `@usecs`?
                  Change it to `@usecs`: "BEGIN { @usecs = 1; @a = @usecs + 1; print(@nope); delete(@a); } END { clear(@usec); }"
                warning[undefined-map] `@nope`: @nope never gets a value
            "#]],
        );
        check_old(
            "BEGIN { @a = @b; }",
            expect![[r#"
                error[undefined-map] `@b`: @b never gets a value
            "#]],
        );
    }

    #[test]
    fn a_macro_may_write_it() {
        check("macro set(@m) { @m = 1; } BEGIN { set(@a); print(@a); }", expect![[""]]);
    }
}
