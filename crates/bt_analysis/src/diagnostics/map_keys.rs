//! A map is used with and without a key, with keys of different length, or with keys of different kinds.

use bt_catalog::{ParameterKind, Type, Version};
use bt_syntax::{ExpressionId, ExpressionKind};

use super::families::{family, noun};
use super::{Context, Findings};
use crate::Diagnostic;
use crate::usage::{Call, MapId, MapUse, Place};

/// Parts of a key that are compared.
const MAX_PARTS: usize = 8;

/// Uses of a map that are asked what its key is when a function takes map and key apart.
const MAX_USES_ASKED: usize = 16;

/// From this release on a key of several parts is the same as a tuple of them.
const PARTS_ARE_A_TUPLE: Version = Version::new(0, 22);

pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    for (map, _) in context.usage.map_ids() {
        check_map(context, map, found);
    }
    for call in context.calls() {
        found.extend(separate_key(context, call).or_else(|| missing_key(context, call)));
    }
}

/// Compares every key of a map with the first one.
fn check_map(context: &Context<'_>, map: MapId, found: &mut Findings) {
    let mut first_length = None;
    let mut families: [Option<Type>; MAX_PARTS] = [None; MAX_PARTS];
    for used in context.usage.uses(map) {
        if used.key.is_empty() && used.access.takes_whole_map() {
            continue;
        }
        let Some(length) = key_length(context, used.key) else { continue };
        let first = *first_length.get_or_insert(length);
        if first != length {
            found.push(other_length(used, length, first));
            continue;
        }
        // The branches of a macro can be for different types.
        if used.probe.is_none() {
            continue;
        }
        for (position, (part, known)) in parts(context, used.key).iter().zip(&mut families).enumerate() {
            let Some(family) = family(context, *part) else { continue };
            let first = *known.get_or_insert(family);
            if first != family {
                found.push(other_family(context, used.name, *part, (length, position), (first, family)));
            }
        }
    }
}

fn other_length(used: &MapUse<'_>, length: usize, first: usize) -> Diagnostic {
    let message = format!("{} is used {} here, but {} before", used.name, with_key(length), with_key(first));
    Diagnostic::error("map-key", used.span, message)
}

fn other_family(
    context: &Context<'_>,
    map: &str,
    part: ExpressionId,
    (length, position): (usize, usize),
    (first, family): (Type, Type),
) -> Diagnostic {
    let which = match length {
        1 => "the key".to_string(),
        _ => format!("part {} of the key", position + 1),
    };
    let message = format!("{which} of {map} is {} before, but {} here", noun(first), noun(family));
    let span = context.parse.program.expressions.get(part).span;
    Diagnostic::error("map-key-type", span, message).with_hint("all keys of a map have the same types")
}

/// `delete(@map, key)` and its like: a key of one part that is of another kind than those of the map.
fn separate_key(context: &Context<'_>, call: &Call<'_>) -> Option<Diagnostic> {
    let parameters = call.callee.function()?.parameters;
    let position = parameters.iter().position(|parameter| parameter.kind == ParameterKind::Key)?;
    let key = *call.arguments.get(position)?;
    let Place::Map(map) = context.usage.place(*call.arguments.first()?) else { return None };
    let family_here = family(context, key).filter(|family| *family != Type::Tuple)?;
    call.probe?;
    let family_before = context.usage.uses(map).take(MAX_USES_ASKED).find_map(|used| match used.key {
        [single] if used.probe.is_some() => family(context, *single),
        _ => None,
    })?;
    let name = context.usage.maps[map.index()].name;
    (family_before != family_here && family_before != Type::Tuple)
        .then(|| other_family(context, name, key, (1, 0), (family_before, family_here)))
}

/// `delete(@map)` of a map with keys, and functions for keys on a map without.
fn missing_key(context: &Context<'_>, call: &Call<'_>) -> Option<Diagnostic> {
    let function = call.callee.function()?;
    let wants_key = function.parameters.iter().any(|parameter| parameter.kind == ParameterKind::Key);
    let first = *call.arguments.first()?;
    let Place::Map(map) = context.usage.place(first) else { return None };
    let argument = context.parse.program.expressions.get(first);
    let is_whole = matches!(&argument.kind, ExpressionKind::Map { key, .. } if key.is_empty());
    if !wants_key || !is_whole || call.probe.is_none() {
        return None;
    }
    let is_keyed = context.usage.uses(map).take(MAX_USES_ASKED).find_map(|used| {
        (!used.key.is_empty() || !used.access.takes_whole_map()).then_some(!used.key.is_empty())
    })?;
    let name = context.usage.maps[map.index()].name;
    let gives_key = call.arguments.len() > 1;
    if is_keyed == gives_key {
        return None;
    }
    let message = if is_keyed {
        format!("{name} has keys: {}() must be told which one", call.name)
    } else {
        format!("{name} has no keys")
    };
    let diagnostic = Diagnostic::error("map-key", argument.span, message);
    Some(match is_keyed {
        true => diagnostic.with_hint(format!("name the key, `{name}[...]`; `clear({name})` removes all")),
        false => diagnostic,
    })
}

/// Parts of the key; `None` if it cannot be told, as a single part may be a whole tuple.
fn key_length(context: &Context<'_>, key: &[ExpressionId]) -> Option<usize> {
    let [single] = key else { return Some(key.len()) };
    match &context.parse.program.expressions.get(*single).kind {
        ExpressionKind::Tuple(_) if context.target < PARTS_ARE_A_TUPLE => None,
        ExpressionKind::Tuple(parts) => Some(parts.len()),
        _ => match context.inference.value(*single).kind {
            Type::Tuple | Type::Record | Type::Unknown => None,
            _ => Some(1),
        },
    }
}

/// The parts of a key: `@m[(a, b)]` is the same as `@m[a, b]`.
fn parts<'a>(context: &Context<'a>, key: &'a [ExpressionId]) -> &'a [ExpressionId] {
    match key {
        [single] => match &context.parse.program.expressions.get(*single).kind {
            ExpressionKind::Tuple(parts) => parts,
            _ => key,
        },
        _ => key,
    }
}

fn with_key(length: usize) -> String {
    match length {
        0 => "without a key".into(),
        1 => "with a key of 1 part".into(),
        _ => format!("with a key of {length} parts"),
    }
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::testing::{check, check_old};
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

    #[test]
    fn keys_of_different_families() {
        check(
            "BEGIN { @a[1] = 1; @a[comm] = 1; @b[pid, comm] = 1; @b[comm, 1] = 1; @c[kstack] = 1; delete(@c[ustack]); print(@a[\"x\"]); }",
            expect![[r#"
                error[map-key-type] `comm`: the key of @a is a number before, but a string here
                  hint: all keys of a map have the same types
                error[map-key-type] `comm`: part 1 of the key of @b is a number before, but a string here
                  hint: all keys of a map have the same types
                error[map-key-type] `1`: part 2 of the key of @b is a string before, but a number here
                  hint: all keys of a map have the same types
                error[map-key-type] `ustack`: the key of @c is a kernel stack before, but a user stack here
                  hint: all keys of a map have the same types
                error[map-key-type] `"x"`: the key of @a is a number before, but a string here
                  hint: all keys of a map have the same types
            "#]],
        );
        check(
            "BEGIN { @a[1] = 1; delete(@a, comm); if (has_key(@a, \"x\")) { @a[2] = 1; } }",
            expect![[r#"
            error[map-key-type] `comm`: the key of @a is a number before, but a string here
              hint: all keys of a map have the same types
            error[map-key-type] `"x"`: the key of @a is a number before, but a string here
              hint: all keys of a map have the same types
        "#]],
        );
    }

    #[test]
    fn size_and_sign_are_no_matter() {
        check(
            "BEGIN { @a[1] = 1; @a[nsecs] = 1; @a[-1] = 1; @b[comm] = 1; @b[\"longer than comm\"] = 1; delete(@b, comm); @c[args.x] = 1; @c[1] = 1; }",
            expect![[r#"
                warning[unbounded-key] `nsecs`: each event makes a new key of @a: nsecs is always another
                  hint: the map is full after some thousand keys, and drops new ones: leave it out of the key
                error[misplaced-builtin] `args`: BEGIN probes have no `args`
                  hint: it is there in tracepoint, rawtracepoint, fentry, fexit, uprobe
            "#]],
        );
    }

    #[test]
    fn functions_for_keys() {
        check(
            "BEGIN { @a[1] = 1; delete(@a); @b = 1; delete(@b); delete(@b, 1); if (has_key(@b, 1)) { @c[1] = count(); } delete(@c, 1); }",
            expect![[r#"
            error[map-key] `@a`: @a has keys: delete() must be told which one
              hint: name the key, `@a[...]`; `clear(@a)` removes all
            error[map-key] `@b`: @b has no keys
            error[map-key] `@b`: @b has no keys
        "#]],
        );
    }

    #[test]
    fn old_releases() {
        check_old(
            "BEGIN { @a[1] = 1; @a[pid == 1] = 1; @b[1, 2] = 1; @b[comm] = 1; }",
            expect![[r#"
            error[map-key] `@b`: @b is used with a key of 1 part here, but with a key of 2 parts before
        "#]],
        );
    }
}
