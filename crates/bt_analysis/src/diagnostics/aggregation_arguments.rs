//! An aggregation gets arguments of the right kind, but with no sense: buckets without width, a series without length.

use bt_catalog::{
    AggregationKind, ConstantKind, MAX_LINEAR_BUCKETS, Type, Version, constant as named_constant, constants,
};
use bt_syntax::{ExpressionId, ExpressionKind};

use super::families::family;
use super::{Context, Findings};
use crate::Diagnostic;
use crate::constants::constant;
use crate::usage::{Call, Callee};

/// Most bits of `hist()`.
const MAX_BITS: i128 = 5;

/// Most intervals of `tseries()`.
const MAX_INTERVALS: i128 = 1_000_000;

/// The release of which it is known that it aggregates no booleans.
const REFUSES_BOOLEANS: Version = Version::new(0, 27);

pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    for call in context.calls() {
        let Callee::Aggregation(known) = call.callee else { continue };
        if call.probe.is_none()
            || !(known.arguments.0..=known.arguments.1).contains(&(call.arguments.len() as u8))
        {
            continue;
        }
        found.extend(value(context, call));
        match known.kind {
            AggregationKind::Hist => found.extend(bits(context, call)),
            AggregationKind::Lhist => found.extend(buckets(context, call)),
            AggregationKind::Tseries => found.extend(series(context, call)),
            _ => {}
        }
    }
}

fn error(context: &Context<'_>, argument: ExpressionId, message: impl Into<String>) -> Diagnostic {
    let span = context.parse.program.expressions.get(argument).span;
    Diagnostic::error("aggregation-argument", span, message)
}

/// What goes in.
fn value(context: &Context<'_>, call: &Call<'_>) -> Option<Diagnostic> {
    let value = *call.arguments.first()?;
    let kind = match family(context, value)? {
        Type::Pointer => "a pointer",
        Type::Boolean if context.target >= REFUSES_BOOLEANS => "a boolean",
        _ => return None,
    };
    let text = context.parse.program.expressions.get(value).span.text(context.source);
    let cast = format!("(uint64)({text})");
    Some(
        error(context, value, format!("{}() does not take {kind}", call.name))
            .with_hint("cast it to a number")
            .with_replacement(&cast),
    )
}

fn bits(context: &Context<'_>, call: &Call<'_>) -> Option<Diagnostic> {
    let argument = *call.arguments.get(1)?;
    let bits = constant(&context.parse.program.expressions, argument)?;
    (!(0..=MAX_BITS).contains(&bits)).then(|| {
        error(context, argument, format!("hist() takes 0 to {MAX_BITS} bits, not {bits}"))
            .with_hint("each bit doubles the number of buckets")
    })
}

fn buckets(context: &Context<'_>, call: &Call<'_>) -> Option<Diagnostic> {
    let &[_, min_at, max_at, step_at] = call.arguments else { return None };
    let expressions = &context.parse.program.expressions;
    let (min, max, step) =
        (constant(expressions, min_at)?, constant(expressions, max_at)?, constant(expressions, step_at)?);
    if min < 0 {
        return Some(
            error(
                context,
                min_at,
                format!("the lowest bucket of lhist() begins at {min}, but must not be negative"),
            )
            .with_hint("what lies below the lowest bucket has a bucket of its own"),
        );
    }
    if step <= 0 {
        return Some(error(context, step_at, format!("the step of lhist() is {step}, but must be above 0")));
    }
    if max <= min {
        let message = format!("lhist() ends at {max}, but begins at {min}");
        let diagnostic = error(context, max_at, message);
        return Some(match max < min {
            true => diagnostic.with_hint("the order is `lhist(n, min, max, step)`"),
            false => diagnostic,
        });
    }
    if step > max - min {
        let message = format!("the step of lhist() is {step}, more than all from {min} to {max}");
        return Some(error(context, step_at, message).with_hint("the order is `lhist(n, min, max, step)`"));
    }
    let count = (max - min) / step;
    let most = i128::from(MAX_LINEAR_BUCKETS);
    // Numbers that need the 64th bit are read otherwise by some releases.
    (count > most && max <= i64::MAX.into()).then(|| {
        let enough = (max - min + most - 1) / most;
        error(context, step_at, format!("lhist() has at most {most} buckets, and these are {count}"))
            .with_hint(format!("a step of {enough} is enough for this range"))
            .with_replacement(&enough.to_string())
    })
}

fn series(context: &Context<'_>, call: &Call<'_>) -> Option<Diagnostic> {
    let expressions = &context.parse.program.expressions;
    let interval_at = *call.arguments.get(1)?;
    if constant(expressions, interval_at).is_some_and(|interval| interval <= 0) {
        return Some(
            error(context, interval_at, "the interval of tseries() must be above 0")
                .with_hint("it is in nanoseconds: `1s` is one second"),
        );
    }
    let count_at = *call.arguments.get(2)?;
    if constant(expressions, count_at).is_some_and(|count| !(1..=MAX_INTERVALS).contains(&count)) {
        return Some(error(context, count_at, format!("tseries() keeps 1 to {MAX_INTERVALS} intervals")));
    }
    let way_at = *call.arguments.get(3)?;
    let way = expressions.get(way_at);
    let text = way.span.text(context.source).trim_matches('"');
    let is_known = named_constant(ConstantKind::SeriesAggregation, text).is_some();
    (matches!(way.kind, ExpressionKind::String) && !is_known).then(|| {
        let known = constants(ConstantKind::SeriesAggregation).map(|known| known.name);
        let names = known.map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ");
        error(context, way_at, format!("tseries() cannot aggregate by \"{text}\""))
            .with_hint(format!("it knows {names}"))
    })
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::testing::{check, check_old};
    use expect_test::expect;

    #[test]
    fn linear_buckets() {
        check(
            "kprobe:f { @a = lhist(arg0, 0, 100, 10); @b = lhist(arg0, 100, 0, 10); @c = lhist(arg0, 0, 100, 0); @d = lhist(arg0, -5, 100, 1); \
             @e = lhist(arg0, 0, 10, 20); @f = lhist(arg0, 0, 100000, 7); @g = lhist(arg0, 0, 1000, 1); @h = lhist(arg0, 0, 2001, 2); @i = lhist(arg0, 5, 5, 1); }",
            expect![[r#"
                error[aggregation-argument] `0`: lhist() ends at 0, but begins at 100
                  hint: the order is `lhist(n, min, max, step)`
                error[aggregation-argument] `0`: the step of lhist() is 0, but must be above 0
                error[aggregation-argument] `-5`: the lowest bucket of lhist() begins at -5, but must not be negative
                  hint: what lies below the lowest bucket has a bucket of its own
                error[aggregation-argument] `20`: the step of lhist() is 20, more than all from 0 to 10
                  hint: the order is `lhist(n, min, max, step)`
                error[aggregation-argument] `7`: lhist() has at most 1000 buckets, and these are 14285
                  hint: a step of 100 is enough for this range
                  Change it to `100`: "kprobe:f { @a = lhist(arg0, 0, 100, 10); @b = lhist(arg0, 100, 0, 10); @c = lhist(arg0, 0, 100, 0); @d = lhist(arg0, -5, 100, 1); @e = lhist(arg0, 0, 10, 20); @f = lhist(arg0, 0, 100000, 100); @g = lhist(arg0, 0, 1000, 1); @h = lhist(arg0, 0, 2001, 2); @i = lhist(arg0, 5, 5, 1); }"
                error[aggregation-argument] `5`: lhist() ends at 5, but begins at 5
            "#]],
        );
    }

    #[test]
    fn bits_of_a_histogram() {
        check(
            "kprobe:f { @a = hist(arg0, 5); @b = hist(arg0, 6); @c = hist(arg0, -1); }",
            expect![[r#"
            error[aggregation-argument] `6`: hist() takes 0 to 5 bits, not 6
              hint: each bit doubles the number of buckets
            error[aggregation-argument] `-1`: hist() takes 0 to 5 bits, not -1
              hint: each bit doubles the number of buckets
        "#]],
        );
    }

    #[test]
    fn time_series() {
        check(
            "kprobe:f { @a = tseries(arg0, 1s, 10, \"max\"); @b = tseries(arg0, 0, 10); @c = tseries(arg0, 1s, 0); @d = tseries(arg0, 1s, 10, \"mean\"); }",
            expect![[r#"
                error[aggregation-argument] `0`: the interval of tseries() must be above 0
                  hint: it is in nanoseconds: `1s` is one second
                error[aggregation-argument] `0`: tseries() keeps 1 to 1000000 intervals
                error[aggregation-argument] `"mean"`: tseries() cannot aggregate by "mean"
                  hint: it knows "avg", "max", "min", "sum"
            "#]],
        );
    }

    #[test]
    fn values_that_are_no_numbers() {
        check(
            "BEGIN { @a = sum(curtask); @b = sum(pid == 1); }",
            expect![[r#"
            error[aggregation-argument] `curtask`: sum() does not take a pointer
              hint: cast it to a number
              Change it to `(uint64)(curtask)`: "BEGIN { @a = sum((uint64)(curtask)); @b = sum(pid == 1); }"
            error[aggregation-argument] `pid == 1`: sum() does not take a boolean
              hint: cast it to a number
              Change it to `(uint64)(pid == 1)`: "BEGIN { @a = sum(curtask); @b = sum((uint64)(pid == 1)); }"
        "#]],
        );
        check_old("BEGIN { @b = sum(pid == 1); }", expect![[""]]);
    }
}
