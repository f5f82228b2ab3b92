//! A map holds what bpftrace does not take for one another: two aggregations, an aggregation and a plain value, or
//! values of different kinds.

use bt_catalog::{AGGREGATIONS, Aggregation, AggregationKind, Type, Version};
use bt_syntax::{ExpressionId, ExpressionKind};

use super::families::{another, differ, family, noun};
use super::{Context, Findings};
use crate::Diagnostic;
use crate::constants::constant;
use crate::usage::{Access, MapUse};

/// From this release on all histograms of a map are known to need the same buckets.
const COMPARES_BUCKETS: Version = Version::new(0, 17);

pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    for (map, _) in context.usage.map_ids() {
        if context.usage.uses(map).nth(1).is_none() {
            continue;
        }
        let mut first = None;
        for used in context.usage.uses(map) {
            // The branches of a macro can be for different types.
            let Some(content) = used.probe.and_then(|_| content(context, used.access)) else { continue };
            let before = *first.get_or_insert(content);
            found.extend(diagnostic(context, used, before, content));
        }
    }
}

/// What a map holds by one use.
#[derive(Clone, Copy)]
enum Content {
    /// What the call of that number makes.
    Aggregate(AggregationKind, u32),
    /// A value.
    Value(Type, ExpressionId),
    /// Something that can be counted up.
    Number,
}

/// What a map holds by this use; `None` if it does not tell.
fn content(context: &Context<'_>, access: Access) -> Option<Content> {
    match access {
        Access::Aggregate { kind, call, .. } => Some(Content::Aggregate(kind, call)),
        Access::Increment | Access::Decrement | Access::Compound(..) => Some(Content::Number),
        Access::Assign(value) => family(context, value).map(|family| Content::Value(family, value)),
        _ => None,
    }
}

fn diagnostic(context: &Context<'_>, used: &MapUse<'_>, before: Content, now: Content) -> Option<Diagnostic> {
    let name = used.name;
    let message = match (before, now) {
        (Content::Aggregate(first, call), Content::Aggregate(second, other)) if first == second => {
            if !has_other_buckets(context, call, other) {
                return None;
            }
            format!("{name} has other arguments of {}() before", aggregation(first).name)
        }
        (Content::Value(first, value), Content::Value(second, other)) if first == second => {
            if !differ(context, value, other) {
                return None;
            }
            format!("{name} holds {} before", another(first))
        }
        _ if is_compatible(context, before, now) => return None,
        _ => format!("{name} holds {} and cannot also hold {}", noun_of(before), noun_of(now)),
    };
    Some(Diagnostic::error("map-conflict", used.span, message).with_hint("use another map"))
}

/// Whether a map may hold both.
fn is_compatible(context: &Context<'_>, before: Content, now: Content) -> bool {
    match (before, now) {
        (Content::Number, Content::Number) => true,
        (Content::Number, Content::Value(family, _)) | (Content::Value(family, _), Content::Number) => {
            matches!(family, Type::Signed | Type::Boolean | Type::Pointer)
        }
        // It may have been read of another map, which some releases copy as it is.
        (Content::Aggregate(..), Content::Value(_, value))
        | (Content::Value(_, value), Content::Aggregate(..)) => {
            matches!(
                context.parse.program.expressions.get(value).kind,
                ExpressionKind::Variable | ExpressionKind::Conditional { .. }
            )
        }
        _ => false,
    }
}

/// Whether two calls of one aggregation certainly say other buckets.
fn has_other_buckets(context: &Context<'_>, first: u32, second: u32) -> bool {
    if first == second || context.target < COMPARES_BUCKETS {
        return false;
    }
    let expressions = &context.parse.program.expressions;
    let arguments = |call: u32| context.usage.calls[call as usize].arguments;
    let number = |argument: Option<&ExpressionId>| match argument {
        Some(argument) => constant(expressions, *argument),
        // What may be left out is zero.
        None => Some(0),
    };
    let (first, second) = (arguments(first), arguments(second));
    // Behind the value.
    (1..first.len().max(second.len())).any(|position| {
        match (number(first.get(position)), number(second.get(position))) {
            (Some(first), Some(second)) => first != second,
            _ => false,
        }
    })
}

fn noun_of(content: Content) -> &'static str {
    match content {
        Content::Aggregate(kind, _) => aggregation(kind).signature,
        Content::Value(family, _) => noun(family),
        Content::Number => "a number",
    }
}

fn aggregation(kind: AggregationKind) -> &'static Aggregation {
    AGGREGATIONS.iter().find(|known| known.kind == kind).expect("every aggregation is in the catalogue")
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::testing::{check, check_old};
    use expect_test::expect;

    #[test]
    fn two_aggregations() {
        check(
            "BEGIN { @a = count(); @a = sum(1); @b = count(); @b = 0; @d[1] = hist(1); @d[2] = hist(2); }",
            expect![[r#"
            error[map-conflict] `@a`: @a holds count() and cannot also hold sum(n)
              hint: use another map
            error[map-conflict] `@b`: @b holds count() and cannot also hold a number
              hint: use another map
        "#]],
        );
    }

    #[test]
    fn values_of_different_families() {
        check(
            "BEGIN { @a = 1; @a = comm; @b = kstack; @b = ustack; @c++; @c = \"a\"; @d = (1, 2); @d = (1, 2, 3); @e = \"a\"; @e = count(); }",
            expect![[r#"
                error[map-conflict] `@a`: @a holds a number and cannot also hold a string
                  hint: use another map
                error[map-conflict] `@b`: @b holds a kernel stack and cannot also hold a user stack
                  hint: use another map
                error[map-conflict] `@c`: @c holds a number and cannot also hold a string
                  hint: use another map
                error[map-conflict] `@d`: @d holds another tuple before
                  hint: use another map
                error[map-conflict] `@e`: @e holds a string and cannot also hold count()
                  hint: use another map
            "#]],
        );
    }

    #[test]
    fn size_and_sign_are_no_matter() {
        check(
            "BEGIN { @a = 1; @a = nsecs; @a++; @a = -1; @p = curtask; @p += 8; @q = percpu_kaddr(\"a\"); @q = 1; @s = comm; @s = \"longer than comm\"; }",
            expect![[""]],
        );
    }

    #[test]
    fn booleans_are_numbers_in_old_releases() {
        check(
            "BEGIN { @a = 1; @a = pid == 1; }",
            expect![[r#"
            error[map-conflict] `@a`: @a holds a number and cannot also hold a boolean
              hint: use another map
        "#]],
        );
        check_old("BEGIN { @a = 1; @a = pid == 1; }", expect![[""]]);
    }

    #[test]
    fn other_buckets() {
        check(
            "BEGIN { @a = lhist(1, 0, 10, 1); @a = lhist(2, 0, 20, 1); @b = hist(1); @b = hist(2, 2); @c = hist(1, 1); @c = hist(3, 1); @d = hist(1); @d = hist(1, 0); }",
            expect![[r#"
            error[map-conflict] `@a`: @a has other arguments of lhist() before
              hint: use another map
            error[map-conflict] `@b`: @b has other arguments of hist() before
              hint: use another map
        "#]],
        );
    }
}
