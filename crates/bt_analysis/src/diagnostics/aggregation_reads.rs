//! What an aggregation made is used as if it were a number.

use bt_catalog::{AGGREGATIONS, Aggregation, AggregationKind, Type, Version};
use bt_syntax::{ExpressionId, ExpressionKind, Span, TokenKind};

use super::families::family_of;
use super::{Context, Findings};
use crate::Diagnostic;
use crate::usage::{Access, Callee, ConditionKind, MapUse, Place};

/// From this release on `count()`, `sum()` and their like can be compared, added up and cast.
const IS_NUMBER: Version = Version::new(0, 23);

/// Up to this release they cannot.
const LAST_WITHOUT_NUMBERS: Version = Version { major: 0, minor: 17, patch: u16::MAX };

/// From this release on neither variables nor keys nor tuples hold what `hist()` and its like make, and a map cannot
/// be assigned from one that aggregates. Older ones copy it, without sense.
const KEEPS_IT_IN_ITS_MAP: Version = Version::new(0, 23);

/// From this release on this holds for a map that aggregates itself, too.
const NEVER_COPIES: Version = Version::new(0, 27);

/// Up to this release what `stats()` makes is printed with its map only.
const LAST_WITH_STATS_IN_MAP: Version = Version { major: 0, minor: 23, patch: u16::MAX };

/// A value that is read of a map that aggregates.
#[derive(Clone, Copy)]
pub(super) struct Aggregate<'a> {
    /// The map.
    pub(super) map: &'a str,
    /// How it aggregates.
    pub(super) how: &'static Aggregation,
    /// Where it is read.
    pub(super) span: Span,
}

/// The aggregation that an expression reads, if it does.
pub(super) fn aggregate<'a>(context: &Context<'a>, id: ExpressionId) -> Option<Aggregate<'a>> {
    let expression = context.parse.program.expressions.get(id);
    let (ExpressionKind::Map { .. }, Place::Map(map)) = (&expression.kind, context.usage.place(id)) else {
        return None;
    };
    let map = &context.usage.maps[map.index()];
    let kind = map.aggregation?;
    let how = AGGREGATIONS.iter().find(|known| known.kind == kind)?;
    Some(Aggregate { map: map.name, how, span: expression.span })
}

pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    let is_read = |used: &MapUse<'_>| {
        matches!(used.access, Access::Read | Access::Print)
            && context.usage.maps[used.map.index()].aggregation.is_some()
    };
    if !context.usage.map_uses.iter().any(is_read) {
        return;
    }
    for (index, expression) in context.parse.program.expressions.iter().enumerate() {
        match &expression.kind {
            ExpressionKind::Binary { left, right, .. } => {
                found.extend(operand(context, *left, *right).or_else(|| operand(context, *right, *left)));
            }
            ExpressionKind::Unary { operator, operand } => found.extend(sign(context, *operator, *operand)),
            ExpressionKind::Cast { operand, .. } => found.extend(cast(context, index, *operand)),
            ExpressionKind::Conditional { condition, .. } => found.extend(condition_of(context, *condition)),
            ExpressionKind::Map { key, .. } => {
                found.extend(key.iter().filter_map(|part| kept(context, *part, "a key")));
            }
            ExpressionKind::Tuple(parts) => {
                let parts = parts.iter().filter(|part| !is_printed_alone(context, **part));
                found.extend(parts.filter_map(|part| kept(context, *part, "a tuple")));
            }
            _ => {}
        }
    }
    check_uses(context, found);
}

fn check_uses(context: &Context<'_>, found: &mut Findings) {
    for condition in &context.usage.conditions {
        // It takes anything, as far as is known.
        if condition.kind != ConditionKind::While {
            found.extend(condition_of(context, condition.value));
        }
    }
    for given in &context.usage.variable_values {
        if given.operator == TokenKind::Assign {
            found.extend(kept(context, given.value, "a variable"));
        }
    }
    for used in &context.usage.map_uses {
        let Access::Assign(value) = used.access else { continue };
        found.extend(copied(context, value, context.usage.maps[used.map.index()].aggregation.is_some()));
    }
    for call in context.calls() {
        if let Callee::Function(known) = call.callee
            && known.name == "print"
            && let Some(argument) = call.arguments.first()
        {
            found.extend(printed(context, *argument));
        }
    }
}

/// One side of an operator.
fn operand(context: &Context<'_>, this: ExpressionId, other: ExpressionId) -> Option<Diagnostic> {
    let read = aggregate(context, this)?;
    // Two of them are told apart by few releases.
    family_of(context.inference.value(other).kind, context.target)?;
    if aggregate(context, other).is_some() {
        return None;
    }
    if read.how.is_number {
        return (context.target <= LAST_WITHOUT_NUMBERS).then(|| is_no_number(context, read));
    }
    Some(is_no_number(context, read))
}

fn sign(context: &Context<'_>, operator: TokenKind, operand: ExpressionId) -> Option<Diagnostic> {
    let read = aggregate(context, operand)?;
    let has_sign = matches!(operator, TokenKind::Not | TokenKind::Minus | TokenKind::Tilde);
    has_sign.then(|| is_no_number(context, read))
}

fn cast(context: &Context<'_>, index: usize, operand: ExpressionId) -> Option<Diagnostic> {
    let read = aggregate(context, operand)?;
    let to = context.inference.value_at(index).kind;
    let is_refused = !read.how.is_number || context.target <= LAST_WITHOUT_NUMBERS;
    (is_refused && matches!(to, Type::Signed | Type::Unsigned)).then(|| is_no_number(context, read))
}

fn condition_of(context: &Context<'_>, condition: ExpressionId) -> Option<Diagnostic> {
    let read = aggregate(context, condition)?;
    let Aggregate { map, how, span } = read;
    let message = format!("{map} holds {}(), which is no condition", how.name);
    Some(with_way_out(context, read, Diagnostic::error("aggregation-read", span, message)))
}

/// What only its map can hold.
fn kept(context: &Context<'_>, value: ExpressionId, place: &str) -> Option<Diagnostic> {
    let Aggregate { map, how, span } = aggregate(context, value)?;
    if how.is_number || context.target < KEEPS_IT_IN_ITS_MAP {
        return None;
    }
    let message = format!("{map} holds {}(), which cannot be put into {place}", how.name);
    Some(Diagnostic::error("aggregation-read", span, message).with_hint(format!("`print({map})` shows it")))
}

fn copied(context: &Context<'_>, value: ExpressionId, into_aggregating: bool) -> Option<Diagnostic> {
    let read = aggregate(context, value)?;
    let refuses = if into_aggregating { NEVER_COPIES } else { KEEPS_IT_IN_ITS_MAP };
    if context.target < refuses {
        return None;
    }
    let Aggregate { map, how, span } = read;
    let message = format!("{map} holds {}(), which cannot be assigned to another map", how.name);
    let diagnostic = Diagnostic::error("aggregation-read", span, message);
    if into_aggregating {
        return Some(diagnostic.with_hint(format!("aggregate again: `= {}`", how.signature)));
    }
    Some(with_way_out(context, read, diagnostic))
}

/// Whether it is of `stats()`, which newer releases print without its map.
fn is_printed_alone(context: &Context<'_>, value: ExpressionId) -> bool {
    let is_stats = |read: Aggregate<'_>| read.how.kind == AggregationKind::Stats;
    context.target > LAST_WITH_STATS_IN_MAP && aggregate(context, value).is_some_and(is_stats)
}

/// `print(@a[1])`
fn printed(context: &Context<'_>, value: ExpressionId) -> Option<Diagnostic> {
    let Aggregate { map, how, span } = aggregate(context, value)?;
    let ExpressionKind::Map { key, .. } = &context.parse.program.expressions.get(value).kind else {
        return None;
    };
    if how.is_number
        || key.is_empty()
        || context.target < KEEPS_IT_IN_ITS_MAP
        || is_printed_alone(context, value)
    {
        return None;
    }
    let message = format!("{map} holds {}(), of which one key cannot be printed alone", how.name);
    Some(
        Diagnostic::error("aggregation-read", span, message)
            .with_hint("print the whole map")
            .with_replacement(map),
    )
}

fn is_no_number(context: &Context<'_>, read: Aggregate<'_>) -> Diagnostic {
    let Aggregate { map, how, span } = read;
    let message = format!("{map} holds {}(), which is no number", how.name);
    with_way_out(context, read, Diagnostic::error("aggregation-read", span, message))
}

/// Adds how to get a number.
pub(super) fn with_way_out(context: &Context<'_>, read: Aggregate<'_>, diagnostic: Diagnostic) -> Diagnostic {
    let text = read.span.text(context.source);
    if !read.how.is_number {
        return diagnostic.with_hint(format!("`print({})` shows it", read.map));
    }
    if context.target < IS_NUMBER {
        return diagnostic.with_hint("count in a second map with `++` or `+=`, which holds a number");
    }
    let cast = format!("(int64){text}");
    diagnostic
        .with_hint("cast it to a number")
        .with_fix(format!("Change it to `{cast}`"), vec![(read.span, cast)])
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::testing::{check, check_old};
    use expect_test::expect;

    #[test]
    fn numbers_of_aggregations() {
        let script = "BEGIN { @a = count(); if (@a > 5) { @x = @a + 1; } if (@a) { @y = !@a; } @z = (int64)@a; $x = @a; @b = $x; }";
        check(
            script,
            expect![[r#"
            error[aggregation-read] `@a`: @a holds count(), which is no condition
              hint: cast it to a number
              Change it to `(int64)@a`: "BEGIN { @a = count(); if (@a > 5) { @x = @a + 1; } if ((int64)@a) { @y = !@a; } @z = (int64)@a; $x = @a; @b = $x; }"
            error[aggregation-read] `@a`: @a holds count(), which is no number
              hint: cast it to a number
              Change it to `(int64)@a`: "BEGIN { @a = count(); if (@a > 5) { @x = @a + 1; } if (@a) { @y = !(int64)@a; } @z = (int64)@a; $x = @a; @b = $x; }"
        "#]],
        );
        check_old(
            script,
            expect![[r#"
            error[aggregation-read] `@a`: @a holds count(), which is no number
              hint: count in a second map with `++` or `+=`, which holds a number
            error[aggregation-read] `@a`: @a holds count(), which is no number
              hint: count in a second map with `++` or `+=`, which holds a number
            error[aggregation-read] `@a`: @a holds count(), which is no condition
              hint: count in a second map with `++` or `+=`, which holds a number
            error[aggregation-read] `@a`: @a holds count(), which is no number
              hint: count in a second map with `++` or `+=`, which holds a number
            error[aggregation-read] `@a`: @a holds count(), which is no number
              hint: count in a second map with `++` or `+=`, which holds a number
        "#]],
        );
    }

    #[test]
    fn histograms_stay_in_their_map() {
        let script = "BEGIN { @a[1] = hist(1); $x = @a[1]; @b[@a[1]] = 1; print((1, @a[1])); if (@a[1] > 1) { @c = (int64)@a[1]; } print(@a[1]); print(@a); @d = @a[1]; }";
        check(
            script,
            expect![[r#"
                warning[unused-variable] `$x`: $x is never read
                  hint: leave it out, or begin its name with `$_`
                error[aggregation-read] `@a[1]`: @a holds hist(), which cannot be put into a variable
                  hint: `print(@a)` shows it
                error[aggregation-read] `@a[1]`: @a holds hist(), which cannot be put into a key
                  hint: `print(@a)` shows it
                error[aggregation-read] `@a[1]`: @a holds hist(), which cannot be put into a tuple
                  hint: `print(@a)` shows it
                error[aggregation-read] `@a[1]`: @a holds hist(), which is no number
                  hint: `print(@a)` shows it
                error[aggregation-read] `@a[1]`: @a holds hist(), which is no number
                  hint: `print(@a)` shows it
                error[aggregation-read] `@a[1]`: @a holds hist(), of which one key cannot be printed alone
                  hint: print the whole map
                  Change it to `@a`: "BEGIN { @a[1] = hist(1); $x = @a[1]; @b[@a[1]] = 1; print((1, @a[1])); if (@a[1] > 1) { @c = (int64)@a[1]; } print(@a); print(@a); @d = @a[1]; }"
                error[aggregation-read] `@a[1]`: @a holds hist(), which cannot be assigned to another map
                  hint: `print(@a)` shows it
            "#]],
        );
        check_old(
            "BEGIN { @a[1] = hist(1); $x = @a[1]; @b[@a[1]] = 1; if (@a[1] > 1) { @c = $x; } }",
            expect![[r#"
            error[aggregation-read] `@a[1]`: @a holds hist(), which is no number
              hint: `print(@a)` shows it
        "#]],
        );
    }

    #[test]
    fn one_map_of_another() {
        check(
            "BEGIN { @a = count(); @b = @a; @c = sum(1); @d = sum(2); @c = @d; }",
            expect![[r#"
            error[aggregation-read] `@a`: @a holds count(), which cannot be assigned to another map
              hint: cast it to a number
              Change it to `(int64)@a`: "BEGIN { @a = count(); @b = (int64)@a; @c = sum(1); @d = sum(2); @c = @d; }"
            error[aggregation-read] `@d`: @d holds sum(), which cannot be assigned to another map
              hint: aggregate again: `= sum(n)`
        "#]],
        );
        check_old("BEGIN { @a = count(); @b = @a; }", expect![[""]]);
    }
}
