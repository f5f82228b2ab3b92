//! A map is used but never gets a value.

use super::{Context, Findings, never_assigned};
use crate::usage::{Access, MapUse};
use crate::{Diagnostic, Severity};
use bt_catalog::Version;

/// The release that reads such a map as empty instead of refusing the script.
const READS_AS_EMPTY: Version = Version::new(0, 24);

/// The release of which it is known that it refuses such a map if nothing says what it holds.
const WANTS_TYPE: Version = Version::new(0, 27);

pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    // An imported file may fill it, and so may what could not be read.
    if context.definitions.has_import || !context.parse.errors.is_empty() {
        return;
    }
    let usage = context.usage;
    let is_written = |map| usage.uses(map).any(|used| used.access.writes());
    let undefined = usage.map_ids().filter(|(id, _)| !is_written(*id));
    let undefined = undefined.filter_map(|(id, _)| usage.uses(id).next()).collect::<Vec<_>>();
    if undefined.is_empty() {
        return;
    }
    let written = usage.map_ids().filter(|(id, _)| is_written(*id)).map(|(_, map)| map.name).collect();
    // What is only printed or emptied as a whole has no type.
    let has_type = |used: &MapUse<'_>| match used.access {
        Access::Read => true,
        Access::Print => !used.key.is_empty(),
        _ => false,
    };
    let severity = |map| {
        let is_read = context.target >= READS_AS_EMPTY && usage.uses(map).any(has_type);
        let is_unknown = (READS_AS_EMPTY..WANTS_TYPE).contains(&context.target);
        if is_read || is_unknown { Severity::Warning } else { Severity::Error }
    };
    found.extend(undefined.iter().map(|used| Diagnostic {
        severity: severity(used.map),
        ..never_assigned("undefined-map", used.name, used.span, &written)
    }));
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
                error[undefined-map] `@nope`: @nope never gets a value
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
