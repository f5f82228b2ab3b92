//! A declaration of a map: its type, its size, and whether the map is used as it says.

use bt_catalog::{ConstantKind, constant, constants, did_you_mean};
use bt_syntax::tree::{Item, MapDeclaration};
use bt_syntax::{ExpressionId, ExpressionKind, Span};
use rustc_hash::FxHashSet;

use super::{Context, Findings};
use crate::Diagnostic;
use crate::usage::{Access, MapUse};

const CODE: &str = "invalid-map-declaration";
/// What the kernel takes as a number of keys.
const SIZES: std::ops::RangeInclusive<u64> = 1..=u32::MAX as u64;

pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    let declarations = context.parse.program.items.iter().filter_map(|item| match item {
        Item::MapDeclaration(declaration) => Some(declaration),
        _ => None,
    });
    let mut declared = Vec::new();
    let mut names = FxHashSet::default();
    for declaration in declarations {
        let name = declaration.map.text(context.source);
        if !names.insert(name) {
            let message = format!("{name} is declared before");
            found.push(
                Diagnostic::warning("repeated-declaration", declaration.map, message)
                    .with_hint("remove one of them"),
            );
        }
        found.extend(wrong_type(context, declaration));
        declared.push((name, declaration));
    }
    if !declared.is_empty() {
        check_uses(context, &declared, found);
    }
}

fn wrong_type(context: &Context<'_>, declaration: &MapDeclaration) -> Option<Diagnostic> {
    let (name, arguments) = map_type(context, declaration)?;
    let text = name.text(context.source);
    if constant(ConstantKind::MapType, text).is_none() {
        let types = || constants(ConstantKind::MapType).map(|known| known.name);
        let found = Diagnostic::error(CODE, name, format!("there is no type of maps `{text}`"));
        return Some(match did_you_mean(text, types()) {
            Some(meant) => found.with_meant(Some(meant)),
            None => found.with_hint(format!("types are {}", types().collect::<Vec<_>>().join(", "))),
        });
    }
    let [size] = arguments else { return None };
    let expression = context.parse.program.expressions.get(*size);
    // What is no number is no syntax either.
    let ExpressionKind::Integer(Some(number)) = expression.kind else { return None };
    (!SIZES.contains(&number.value)).then(|| {
        Diagnostic::error(CODE, expression.span, "a map cannot have that many keys")
            .with_hint(format!("write a number from 1 to {}", SIZES.end()))
    })
}

/// `hash(10)`: the name, and what stands in the parentheses.
fn map_type<'a>(context: &Context<'a>, declaration: &MapDeclaration) -> Option<(Span, &'a [ExpressionId])> {
    match &context.parse.program.expressions.get(declaration.value?).kind {
        ExpressionKind::Call { name, arguments } => Some((*name, arguments)),
        _ => None,
    }
}

fn check_uses(context: &Context<'_>, declared: &[(&str, &MapDeclaration)], found: &mut Findings) {
    // An imported file may use them.
    if context.definitions.has_import {
        return;
    }
    for (id, map) in context.usage.map_ids() {
        let Some((name, declaration)) = declared.iter().find(|(name, _)| *name == map.name) else { continue };
        if context.usage.uses(id).next().is_none() {
            let message = format!("{name} is declared, but not used");
            found.push(
                Diagnostic::warning("unused-map", declaration.map, message)
                    .with_hint("remove the declaration, or store something in the map"),
            );
        }
        let Some((type_name, _)) = map_type(context, declaration) else { continue };
        let type_text = type_name.text(context.source);
        found.extend(context.usage.uses(id).find_map(|used| wrong_value(type_name, type_text, used)));
    }
}

/// Aggregations with a key are kept by CPU; other values are not.
fn wrong_value(type_name: Span, type_text: &str, used: &MapUse<'_>) -> Option<Diagnostic> {
    let by_cpu = match used.access {
        Access::Aggregate { .. } => true,
        Access::Assign(_) => false,
        _ => return None,
    };
    if used.key.is_empty() {
        return None;
    }
    let other = match (type_text, by_cpu) {
        ("hash", true) => "percpuhash",
        ("lruhash", true) => "percpulruhash",
        ("percpuhash", false) => "hash",
        ("percpulruhash", false) => "lruhash",
        _ => return None,
    };
    let why = if by_cpu {
        "gets an aggregation, which is kept by CPU"
    } else {
        "gets values that are not kept by CPU"
    };
    let message = format!("{} {why}: it cannot be a {type_text}", used.name);
    Some(Diagnostic::error(CODE, type_name, message).with_replacement(other))
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::testing::check;
    use expect_test::expect;

    #[test]
    fn good_ones() {
        check(
            "let @a = hash(10); let @b = percpuhash(5); let @c = lruhash(1); let @d = percpulruhash(1);\n\
             BEGIN { @a[1] = 1; @b[1] = count(); @c[1] = 1; @d[1] = sum(1); }",
            expect![[""]],
        );
    }

    #[test]
    fn types_and_sizes() {
        check(
            "let @a = lru(10); let @b = hash(0); let @d = ringbuf(1); let @e = hash(99999999999);\n\
             BEGIN { @a[1] = 1; @b[1] = 1; @d[1] = 1; @e[1] = 1; }",
            expect![[r#"
                error[invalid-map-declaration] `lru`: there is no type of maps `lru`
                  hint: types are hash, lruhash, percpuhash, percpulruhash
                error[invalid-map-declaration] `0`: a map cannot have that many keys
                  hint: write a number from 1 to 4294967295
                error[invalid-map-declaration] `ringbuf`: there is no type of maps `ringbuf`
                  hint: types are hash, lruhash, percpuhash, percpulruhash
                error[invalid-map-declaration] `99999999999`: a map cannot have that many keys
                  hint: write a number from 1 to 4294967295
            "#]],
        );
    }

    #[test]
    fn uses() {
        check(
            "let @a = hash(10); let @b = percpuhash(10); let @c = hash(10); let @c = hash(10);\n\
             BEGIN { @a[1] = count(); @b[1] = 1; }",
            expect![[r#"
                error[invalid-map-declaration] `hash`: @a gets an aggregation, which is kept by CPU: it cannot be a hash
                  Change it to `percpuhash`: "let @a = percpuhash(10); let @b = percpuhash(10); let @c = hash(10); let @c = hash(10);\nBEGIN { @a[1] = count(); @b[1] = 1; }"
                error[invalid-map-declaration] `percpuhash`: @b gets values that are not kept by CPU: it cannot be a percpuhash
                  Change it to `hash`: "let @a = hash(10); let @b = hash(10); let @c = hash(10); let @c = hash(10);\nBEGIN { @a[1] = count(); @b[1] = 1; }"
                warning[unused-map] `@c`: @c is declared, but not used
                  hint: remove the declaration, or store something in the map
                warning[repeated-declaration] `@c`: @c is declared before
                  hint: remove one of them
            "#]],
        );
    }
}
