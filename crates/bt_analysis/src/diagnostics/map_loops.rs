//! A `for` loop over a map that has no keys, or values that cannot be handed out.

use bt_catalog::AggregationKind;
use bt_syntax::Span;

use super::{Context, Findings};
use crate::Diagnostic;
use crate::usage::{Access, MapId};

const CODE: &str = "map-loop";

pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    if !context.definitions.has_import {
        let loops = context.usage.iterated_maps.iter();
        found.extend(loops.filter_map(|(map, span)| diagnostic(context, *map, *span)));
    }
}

fn diagnostic(context: &Context<'_>, map: MapId, span: Span) -> Option<Diagnostic> {
    let name = context.usage.maps[map.index()].name;
    // The first value says what the map is; what contradicts it is found elsewhere.
    let first = context.usage.uses(map).find(|used| used.access.writes())?;
    if first.access == Access::Passed {
        return None;
    }
    if first.key.is_empty() {
        return Some(
            Diagnostic::error(CODE, span, format!("{name} has no keys to loop over"))
                .with_hint("its only value is read by its name"),
        );
    }
    match first.access {
        Access::Aggregate { kind: AggregationKind::Hist | AggregationKind::Lhist, .. } => Some(
            Diagnostic::error(CODE, span, format!("{name} holds histograms: they cannot be looped over"))
                .with_hint("print the map, or keep a count() beside it"),
        ),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::testing::check;
    use expect_test::expect;

    #[test]
    fn without_keys_and_with_histograms() {
        check("BEGIN { @a[1] = count(); for ($kv : @a) { print($kv); } }", expect![[""]]);
        check(
            "BEGIN { @a = count(); for ($kv : @a) { print($kv); } @b[1] = hist(1); for ($kv : @b) { print($kv.0); } }",
            expect![[r#"
                error[map-loop] `@a`: @a has no keys to loop over
                  hint: its only value is read by its name
                error[map-loop] `@b`: @b holds histograms: they cannot be looped over
                  hint: print the map, or keep a count() beside it
            "#]],
        );
    }
}
