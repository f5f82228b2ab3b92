//! A map is neither exported nor read: it only takes memory.

use super::{Context, Findings};
use crate::Diagnostic;
use crate::usage::Access;

/// What the script prints, as the line names it.
const OUTPUT: &str = "@output";

pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    // Without a choice every map is exported.
    let Some(included) = &context.facts.annotations.include else { return };
    if !context.parse.errors.is_empty() || context.definitions.has_import {
        return;
    }
    // A name that is no map may be a misspelt one.
    let is_known = |name: &String| name == OUTPUT || context.usage.maps.iter().any(|map| map.name == name);
    if !included.iter().all(is_known) {
        return;
    }
    for (id, map) in context.usage.map_ids() {
        let is_used = |access: Access| {
            matches!(access, Access::Read | Access::Print | Access::Inspect | Access::Passed)
        };
        let mut is_written = false;
        let is_read = context.usage.uses(id).any(|used| {
            is_written |= used.access.writes();
            is_used(used.access)
        });
        if is_written && !is_read && !included.iter().any(|name| name == map.name) {
            let message = format!("{} is neither exported nor read", map.name);
            found.push(
                Diagnostic::warning("unused-map", map.span, message)
                    .with_hint("add it to the `// include:` line, or leave it out"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::testing::check;
    use expect_test::expect;

    #[test]
    fn written_only() {
        check(
            "// include: @a\nBEGIN { @a = 1; @b = 1; @c = 1; @a = @c; @d[1] = 1; delete(@d[1]); }",
            expect![[r#"
            warning[unused-map] `@b`: @b is neither exported nor read
              hint: add it to the `// include:` line, or leave it out
            warning[unused-map] `@d`: @d is neither exported nor read
              hint: add it to the `// include:` line, or leave it out
        "#]],
        );
        check("BEGIN { @a = 1; @b = 1; }", expect![[""]]);
    }
}
