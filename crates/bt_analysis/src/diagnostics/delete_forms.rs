//! delete() with several values of maps, as only 0.21 took it.

use bt_catalog::Version;
use bt_syntax::{ExpressionId, ExpressionKind};

use super::{Context, Findings};
use crate::Diagnostic;
use crate::usage::Call;

/// The release that takes a map and its key.
const MAP_AND_KEY: Version = Version::new(0, 22);

pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    if context.target >= MAP_AND_KEY {
        found.extend(context.calls().filter_map(|call| diagnostic(context, call)));
    }
}

fn diagnostic(context: &Context<'_>, call: &Call<'_>) -> Option<Diagnostic> {
    let is_delete = call.callee.function().is_some_and(|known| known.name == "delete");
    let several = call.arguments.len() > 1;
    if !is_delete || !several || !is_value(context, call.arguments[0]) {
        return None;
    }
    let found = Diagnostic::error("delete-form", call.span, "delete() takes a map and one key of it")
        .with_hint("delete each value by itself: `delete(@a, 1); delete(@b, 2)`");
    let deletes: Option<Vec<String>> =
        call.arguments.iter().map(|argument| one_delete(context, *argument)).collect();
    Some(match deletes {
        Some(deletes) => found.with_fix("Split it", vec![(call.span, deletes.join("; "))]),
        None => found,
    })
}

/// Whether it is a map with a key.
fn is_value(context: &Context<'_>, id: ExpressionId) -> bool {
    let kind = &context.parse.program.expressions.get(id).kind;
    matches!(kind, ExpressionKind::Map { key, .. } if !key.is_empty())
}

/// `delete(@a, 1)` for `@a[1]`
fn one_delete(context: &Context<'_>, id: ExpressionId) -> Option<String> {
    let expressions = &context.parse.program.expressions;
    let ExpressionKind::Map { name, key } = &expressions.get(id).kind else { return None };
    let name = name.text(context.source);
    let parts: Vec<&str> = key.iter().map(|part| expressions.get(*part).span.text(context.source)).collect();
    Some(match parts[..] {
        [] => format!("delete({name})"),
        [part] => format!("delete({name}, {part})"),
        _ => format!("delete({name}, ({}))", parts.join(", ")),
    })
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::testing::{check, check_for};
    use bt_catalog::Version;
    use expect_test::expect;

    #[test]
    fn several_values() {
        let script =
            "BEGIN { @a[1] = 1; @b[1, 2] = 1; delete(@a[1], @b[1, 2]); delete(@a[1]); delete(@a, 1); }";
        check(
            script,
            expect![[r#"
                error[delete-form] `delete(@a[1], @b[1, 2])`: delete() takes a map and one key of it
                  hint: delete each value by itself: `delete(@a, 1); delete(@b, 2)`
                  Split it: "BEGIN { @a[1] = 1; @b[1, 2] = 1; delete(@a, 1); delete(@b, (1, 2)); delete(@a[1]); delete(@a, 1); }"
            "#]],
        );
        check_for(
            Version::new(0, 21),
            "BEGIN { @a[1] = 1; @b[1, 2] = 1; delete(@a[1], @b[1, 2], @a[2]); }",
            expect![[r#"
                info[scratch-map] `@a`: @a only helps the script, but is exported
                  hint: an `// include:` line says which maps are exported
                  Export only @b: "// include: @b\nBEGIN { @a[1] = 1; @b[1, 2] = 1; delete(@a[1], @b[1, 2], @a[2]); }"
            "#]],
        );
    }
}
