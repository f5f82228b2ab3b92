//! A part is taken of what has none, or not that one: a field of a number, `.2` of a tuple of two.

use bt_catalog::{Type, Version};
use bt_syntax::{ExpressionId, ExpressionKind, Span};

use super::families::{family, noun};
use super::{Context, Findings};
use crate::Diagnostic;
use crate::constants::constant;
use crate::usage::{Origin, Place};

/// Up to this release a string has no bytes that could be read one by one.
const LAST_WITHOUT_BYTES: Version = Version { major: 0, minor: 23, patch: u16::MAX };

pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    let mut first_values = None;
    for expression in context.parse.program.expressions.iter() {
        match expression.kind {
            ExpressionKind::Field { base, name } => {
                found.extend(
                    part(context, &mut first_values, base, name).or_else(|| field(context, base, name)),
                );
            }
            ExpressionKind::Index { base, index } => {
                found.extend(indexed(context, base).or_else(|| no_index(context, base, index)));
            }
            _ => {}
        }
    }
}

/// The first value of each variable; made when the first part of a tuple is read.
type FirstValues = Option<Vec<Option<ExpressionId>>>;

/// `.2` of a tuple of two.
fn part(
    context: &Context<'_>,
    known: &mut FirstValues,
    base: ExpressionId,
    name: Span,
) -> Option<Diagnostic> {
    let position: usize = name.text(context.source).parse().ok()?;
    let count = match context.usage.place(base) {
        Place::Variable(variable) => match context.usage.variables[variable.index()].origin {
            // Key and value of a map.
            Origin::Loop { is_number: false } => Some(2),
            // All its values have the same parts.
            _ => known.get_or_insert_with(|| first_values(context))[variable.index()]
                .and_then(|first| parts_of(context, first)),
        },
        _ => parts_of(context, base),
    }?;
    (position >= count).then(|| {
        let message = format!("the tuple has {count} parts, counted from 0");
        Diagnostic::error("no-such-part", name, message)
    })
}

/// Number of parts, if it is a tuple that is written out.
fn parts_of(context: &Context<'_>, tuple: ExpressionId) -> Option<usize> {
    match &context.parse.program.expressions.get(tuple).kind {
        ExpressionKind::Tuple(parts) => Some(parts.len()),
        _ => None,
    }
}

fn first_values(context: &Context<'_>) -> Vec<Option<ExpressionId>> {
    let mut first = vec![None; context.usage.variables.len()];
    for given in &context.usage.variable_values {
        // Later values of another length are refused.
        first[given.variable.index()].get_or_insert(given.value);
    }
    first
}

fn field(context: &Context<'_>, base: ExpressionId, name: Span) -> Option<Diagnostic> {
    let family = family(context, base)?;
    let is_number = name.text(context.source).starts_with(|char: char| char.is_ascii_digit());
    let expression = context.parse.program.expressions.get(base);
    if is_number && matches!(expression.kind, ExpressionKind::Integer(_)) {
        return Some(
            Diagnostic::error(
                "no-such-part",
                expression.span.to(name),
                "numbers of bpftrace have no fraction",
            )
            .with_hint("count in a smaller unit: 1500 ms instead of 1.5 s"),
        );
    }
    if family == Type::Tuple && !is_number {
        return Some(
            Diagnostic::error("no-such-part", name, "the parts of a tuple have numbers, not names")
                .with_hint("the first one is `.0`"),
        );
    }
    matches!(family, Type::Signed | Type::String).then(|| {
        let diagnostic = Diagnostic::error("no-such-part", name, format!("{} has no fields", noun(family)));
        match family {
            Type::Signed => diagnostic
                .with_hint("cast it to the structure that it points to: `((struct name *)arg0)->field`"),
            _ => diagnostic,
        }
    })
}

fn indexed(context: &Context<'_>, base: ExpressionId) -> Option<Diagnostic> {
    let family = family(context, base)?;
    let is_refused = match family {
        Type::Signed => true,
        Type::String => context.target <= LAST_WITHOUT_BYTES,
        _ => false,
    };
    is_refused.then(|| {
        let span = context.parse.program.expressions.get(base).span;
        Diagnostic::error(
            "no-such-part",
            span,
            format!("{} has no parts that could be indexed", noun(family)),
        )
    })
}

/// An index of an array that is none. What is indexed may also be the name of a type.
fn no_index(context: &Context<'_>, base: ExpressionId, index: ExpressionId) -> Option<Diagnostic> {
    let expressions = &context.parse.program.expressions;
    if matches!(expressions.get(base).kind, ExpressionKind::Identifier) {
        return None;
    }
    let is_negative = constant(expressions, index).is_some_and(|value| value < 0);
    let is_text = family(context, index) == Some(Type::String);
    (is_negative || is_text).then(|| {
        let what = if is_text { "a string" } else { "a negative number" };
        let span = expressions.get(index).span;
        Diagnostic::error("no-such-part", span, format!("{what} is no index"))
    })
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::testing::{check, check_old};
    use expect_test::expect;

    #[test]
    fn parts_of_what_has_none() {
        check(
            "tracepoint:a:b { @a = nsecs->x; @b = comm.x; @c = pid[0]; @d = (1, 2).2; @e = (1, 2).1; @f = comm[0]; @g = args.x; $t = (1, 2); @h = $t.2; @i = args.y[-1]; @j = args.y[comm]; @o = 1.5; @n[1] = 1; for ($kv : @n) { @k = $kv.2; @l = $kv.key; @m = $kv.1; } }",
            expect![[r#"
                error[no-such-part] `x`: a number has no fields
                  hint: cast it to the structure that it points to: `((struct name *)arg0)->field`
                error[no-such-part] `x`: a string has no fields
                error[no-such-part] `pid`: a number has no parts that could be indexed
                error[no-such-part] `2`: the tuple has 2 parts, counted from 0
                error[no-such-part] `2`: the tuple has 2 parts, counted from 0
                error[no-such-part] `-1`: a negative number is no index
                error[no-such-part] `comm`: a string is no index
                error[no-such-part] `1.5`: numbers of bpftrace have no fraction
                  hint: count in a smaller unit: 1500 ms instead of 1.5 s
                error[no-such-part] `2`: the tuple has 2 parts, counted from 0
                error[no-such-part] `key`: the parts of a tuple have numbers, not names
                  hint: the first one is `.0`
            "#]],
        );
        check_old(
            "kprobe:f { @f = comm[0]; }",
            expect![[r#"
                error[no-such-part] `comm`: a string has no parts that could be indexed
            "#]],
        );
    }
}
