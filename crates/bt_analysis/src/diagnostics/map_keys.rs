//! A map is used with and without a key, with keys of different length, or with keys of different kinds.

use bt_catalog::{MapEffect, ParameterKind, Type, Version};
use bt_syntax::{ExpressionId, ExpressionKind};

use super::families::{another, differ, family, noun};
use super::{Context, Findings};
use crate::Diagnostic;
use crate::usage::{Access, Call, MapId, MapUse, Place};

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
    if context.usage.uses(map).nth(1).is_none() {
        return;
    }
    let mut first_length = None;
    let mut first_parts: [Option<ExpressionId>; MAX_PARTS] = [None; MAX_PARTS];
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
        for (position, (part, first)) in parts(context, used.key).iter().zip(&mut first_parts).enumerate() {
            if family(context, *part).is_none() {
                continue;
            }
            let first = *first.get_or_insert(*part);
            if differ(context, first, *part) {
                found.push(other_type(context, used.name, (length, position), first, *part));
            }
        }
    }
    if first_length == Some(0) {
        // Loops over it have a rule of their own.
        let is_loop =
            |used: &MapUse<'_>| context.usage.iterated_maps.iter().any(|(_, span)| *span == used.span);
        let inspected = context.usage.uses(map);
        let inspected =
            inspected.filter(|used| used.access == Access::Inspect && used.key.is_empty() && !is_loop(used));
        found.extend(
            inspected
                .map(|used| Diagnostic::error("map-key", used.span, format!("{} has no keys", used.name))),
        );
    }
}

fn other_length(used: &MapUse<'_>, length: usize, first: usize) -> Diagnostic {
    let message = format!("{} is used {} here, but {} before", used.name, with_key(length), with_key(first));
    Diagnostic::error("map-key", used.span, message)
}

fn other_type(
    context: &Context<'_>,
    map: &str,
    (length, position): (usize, usize),
    first: ExpressionId,
    part: ExpressionId,
) -> Diagnostic {
    let which = match length {
        1 => "the key".to_string(),
        _ => format!("part {} of the key", position + 1),
    };
    let kind = |part| family(context, part).unwrap_or(Type::Unknown);
    let (before, now) = (kind(first), kind(part));
    let message = if before == now {
        format!("{which} of {map} is {} before", another(now))
    } else {
        format!("{which} of {map} is {} before, but {} here", noun(before), noun(now))
    };
    let span = context.parse.program.expressions.get(part).span;
    Diagnostic::error("map-key-type", span, message).with_hint("all keys of a map have the same types")
}

/// `delete(@map, key)` and its like: a key of one part that is of another kind than those of the map.
fn separate_key(context: &Context<'_>, call: &Call<'_>) -> Option<Diagnostic> {
    let parameters = call.callee.function()?.parameters;
    let position = parameters.iter().position(|parameter| parameter.kind == ParameterKind::Key)?;
    let key = *call.arguments.get(position)?;
    let Place::Map(map) = context.usage.place(*call.arguments.first()?) else { return None };
    let is_single = |part| family(context, part).is_some_and(|family| family != Type::Tuple);
    if call.probe.is_none() || !is_single(key) {
        return None;
    }
    let before = context.usage.uses(map).take(MAX_USES_ASKED).find_map(|used| match *used.key {
        [single] if used.probe.is_some() && is_single(single) => Some(single),
        _ => None,
    })?;
    let name = context.usage.maps[map.index()].name;
    differ(context, before, key).then(|| other_type(context, name, (1, 0), before, key))
}

/// `delete(@map)` of a map with keys, and `delete(@map, key)` of one without.
fn missing_key(context: &Context<'_>, call: &Call<'_>) -> Option<Diagnostic> {
    let function = call.callee.function()?;
    let first = *call.arguments.first()?;
    let Place::Map(map) = context.usage.place(first) else { return None };
    let argument = context.parse.program.expressions.get(first);
    let is_whole = matches!(&argument.kind, ExpressionKind::Map { key, .. } if key.is_empty());
    if function.map_effect != MapEffect::Deletes || !is_whole || call.probe.is_none() {
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
            "BEGIN { @a[1] = 1; delete(@a); @b = 1; delete(@b); delete(@b, 1); if (has_key(@b, 1)) { @c[1] = count(); } delete(@c, 1); for ($kv : @b) { print(len(@b)); } for ($kv : @c) { print(len(@c)); } }",
            expect![[r#"
                error[map-key] `@a`: @a has keys: delete() must be told which one
                  hint: name the key, `@a[...]`; `clear(@a)` removes all
                error[map-key] `@b`: @b has no keys
                error[map-key] `@b`: @b has no keys
                error[map-loop] `@b`: @b has no keys to loop over
                  hint: its only value is read by its name
                error[map-key] `@b`: @b has no keys
            "#]],
        );
    }

    #[test]
    fn stacks_of_other_modes_and_limits() {
        check(
            "profile:hz:99 { @a[kstack] = count(); @a[kstack(127)] = count(); @a[kstack(perf)] = count(); @b[ustack(3), 1] = 1; @b[ustack(5), 1] = 1; }",
            expect![[r#"
            error[map-key-type] `kstack(perf)`: the key of @a is a stack of another mode or limit before
              hint: all keys of a map have the same types
            error[map-key-type] `ustack(5)`: part 1 of the key of @b is a stack of another mode or limit before
              hint: all keys of a map have the same types
        "#]],
        );
        check(
            "config = { stack_mode = \"perf\" } profile:hz:99 { @a[kstack] = count(); @a[kstack(perf)] = count(); }",
            expect![[""]],
        );
    }

    #[test]
    fn old_releases() {
        check_old(
            "BEGIN { @t[(1, 2)] = 1; @s[kstack(3)] = 1; @s[kstack(5)] = 1; @a[1] = 1; @a[pid == 1] = 1; @b[1, 2] = 1; @b[comm] = 1; }",
            expect![[r#"
                error[newer-feature] `(1, 2)`: a tuple as the key of a map does not exist in bpftrace 0.17
                  hint: it came with 0.22
                error[map-key] `@b`: @b is used with a key of 1 part here, but with a key of 2 parts before
            "#]],
        );
    }
}
