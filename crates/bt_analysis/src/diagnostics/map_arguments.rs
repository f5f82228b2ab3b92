//! A function that takes a map as a whole gets one value of it.

use bt_catalog::{MapEffect, Version};
use bt_syntax::ExpressionKind;

use super::{Context, Findings};
use crate::Diagnostic;
use crate::usage::Call;

/// The release that prints one value of a map.
const PRINTS_ONE_VALUE: Version = Version::new(0, 21);

pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    found.extend(context.calls().filter_map(|call| diagnostic(context, call)));
}

fn diagnostic(context: &Context<'_>, call: &Call<'_>) -> Option<Diagnostic> {
    let wants_map = match call.callee.function()?.map_effect {
        MapEffect::Resets => true,
        MapEffect::Prints => context.target < PRINTS_ONE_VALUE,
        MapEffect::None | MapEffect::Reads | MapEffect::Deletes => false,
    };
    let argument = context.parse.program.expressions.get(*call.arguments.first()?);
    let ExpressionKind::Map { name, key } = &argument.kind else { return None };
    if !wants_map || key.is_empty() {
        return None;
    }
    let name = name.text(context.source);
    Some(
        Diagnostic::error(
            "map-argument",
            argument.span,
            format!("{}() takes the whole map, not one value", call.name),
        )
        .with_replacement(name),
    )
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::testing::{check, check_old};
    use expect_test::expect;

    #[test]
    fn one_value_instead_of_a_map() {
        check(
            "BEGIN { @a[1] = 1; print(@a[1]); clear(@a); zero(@a[1]); delete(@a[1]); }",
            expect![[r#"
                error[map-argument] `@a[1]`: zero() takes the whole map, not one value
                  Change it to `@a`: "BEGIN { @a[1] = 1; print(@a[1]); clear(@a); zero(@a); delete(@a[1]); }"
            "#]],
        );
        check_old(
            "BEGIN { @a[1] = 1; print(@a[1]); }",
            expect![[r#"
                error[map-argument] `@a[1]`: print() takes the whole map, not one value
                  Change it to `@a`: "BEGIN { @a[1] = 1; print(@a); }"
            "#]],
        );
    }
}
