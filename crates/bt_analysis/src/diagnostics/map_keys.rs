//! A map is used with and without a key, or with keys of different length.

use bt_catalog::Type;
use bt_syntax::ExpressionKind;
use rustc_hash::FxHashMap;

use super::{Context, Findings};
use crate::Diagnostic;
use crate::usage::MapUse;

pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    let mut lengths: FxHashMap<&str, usize> = FxHashMap::default();
    for used in &context.usage.map_uses {
        if used.key.is_empty() && used.access.takes_whole_map() {
            continue;
        }
        let Some(length) = key_length(context, used) else { continue };
        let first = *lengths.entry(used.name).or_insert(length);
        if first != length {
            found.push(Diagnostic::error(
                "map-key",
                used.span,
                format!("{} is used {} here, but {} before", used.name, parts(length), parts(first)),
            ));
        }
    }
}

/// Parts of the key; `None` if it cannot be told, as a single part may be a whole tuple.
fn key_length(context: &Context<'_>, used: &MapUse<'_>) -> Option<usize> {
    let [single] = used.key else { return Some(used.key.len()) };
    match &context.parse.program.expressions.get(*single).kind {
        ExpressionKind::Tuple(parts) => Some(parts.len()),
        _ => match context.inference.value(*single).kind {
            Type::Tuple | Type::Record | Type::Unknown => None,
            _ => Some(1),
        },
    }
}

fn parts(length: usize) -> String {
    match length {
        0 => "without a key".into(),
        1 => "with a key of 1 part".into(),
        _ => format!("with a key of {length} parts"),
    }
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::testing::check;
    use expect_test::expect;

    #[test]
    fn keys_of_different_length() {
        check(
            "BEGIN { @a[1] = 1; @a = 2; @b[1, 2] = 1; @b[(3, 4)] = 1; @b[pid] = 1; print(@a); clear(@b); }",
            expect![[r#"
                error[map-key] `@a`: @a is used without a key here, but with a key of 1 part before
                error[map-key] `@b`: @b is used with a key of 1 part here, but with a key of 2 parts before
            "#]],
        );
    }

    #[test]
    fn a_variable_can_hold_a_whole_key() {
        check(
            "BEGIN { $k = (1, 2); @b[1, 2] = 1; @b[$k] = 1; @b[args.x] = 1; }",
            expect![[r#"
            error[misplaced-builtin] `args`: BEGIN probes have no `args`
              hint: it is there in tracepoint, rawtracepoint, fentry, fexit, uprobe
        "#]],
        );
    }
}
