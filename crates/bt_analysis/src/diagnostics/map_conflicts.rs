//! One map aggregates in two ways, or aggregates and is assigned or counted up as well.

use bt_catalog::AGGREGATIONS;
use bt_syntax::ExpressionKind;
use rustc_hash::FxHashMap;

use super::{Context, Findings};
use crate::Diagnostic;
use crate::usage::Access;

pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    let mut first: FxHashMap<&str, &'static str> = FxHashMap::default();
    for used in &context.usage.map_uses {
        let Some(way) = way(context, used.access) else { continue };
        let before = *first.entry(used.name).or_insert(way);
        if before != way {
            found.push(
                Diagnostic::error(
                    "map-conflict",
                    used.span,
                    format!("{} holds {before} and cannot also hold {way}", used.name),
                )
                .with_hint("use another map"),
            );
        }
    }
}

/// What a map holds by this use; `None` if it does not tell.
fn way(context: &Context<'_>, access: Access) -> Option<&'static str> {
    match access {
        Access::Aggregate { kind, .. } => {
            AGGREGATIONS.iter().find(|known| known.kind == kind).map(|known| known.signature)
        }
        Access::Increment | Access::Decrement | Access::Compound(..) => Some("a plain value"),
        // Other values may be those of another map, which some releases copy as they are.
        Access::Assign(value) => {
            let value = &context.parse.program.expressions.get(value).kind;
            matches!(value, ExpressionKind::Integer(_) | ExpressionKind::String).then_some("a plain value")
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::testing::check;
    use expect_test::expect;

    #[test]
    fn two_ways() {
        check(
            "BEGIN { @a = count(); @a = sum(1); @b = count(); @b = 0; @c = 1; @c++; @d[1] = hist(1); @d[2] = hist(2); }",
            expect![[r#"
                error[map-conflict] `@a`: @a holds count() and cannot also hold sum(n)
                  hint: use another map
                error[map-conflict] `@b`: @b holds count() and cannot also hold a plain value
                  hint: use another map
            "#]],
        );
    }
}
