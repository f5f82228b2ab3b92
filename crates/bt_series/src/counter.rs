//! What a counter did between two rows: never negative, and unknown across an interruption.

use std::ops::Range;

use crate::column::Column;
use crate::samples::Samples;

/// Where a counter of 32 bits starts again at zero.
const FULL: f64 = 4_294_967_296.0;

/// Appends, for each of the rows, the increase since the row before; NaN where there is no value or where it cannot be
/// told. No interruption may part the rows.
///
/// A decrease means that the counter began anew (`clear()`, `zero()`, a restart), so the increase is unknown. An
/// instance that was not in the row before had counted nothing: maps have no entry for a key until it is hit.
pub(crate) fn push_increases(samples: &Samples, column: &Column, run: Range<u64>, increases: &mut Vec<f64>) {
    let start = increases.len();
    let mut before = before_run(samples, column, &run);
    column.push_values(run, increases);
    let wraps = samples.wraps();
    for place in &mut increases[start..] {
        let value = *place;
        *place = increase(before, value, wraps);
        before = or_zero(value);
    }
}

/// The same, each increase times its factor: this is most of the work for a panel.
pub(crate) fn push_rates(
    samples: &Samples,
    column: &Column,
    run: Range<u64>,
    factors: &[f64],
    rates: &mut Vec<f64>,
) {
    let start = rates.len();
    column.push_values(run.clone(), rates);
    if scale_rises(&mut rates[start..], factors) {
        if let (Some(first), Some(factor)) = (rates.get_mut(start), factors.first()) {
            *first = increase(before_run(samples, column, &run), *first, samples.wraps()) * factor;
        }
        return;
    }
    rates.truncate(start);
    push_increases(samples, column, run, rates);
    rates[start..].iter_mut().zip(factors).for_each(|(rate, factor)| *rate *= factor);
}

/// Nearly always a counter only rises, so that is tried first, without a branch for each value: replaces all values but the
/// first by their rates. Returns whether that was right.
fn scale_rises(values: &mut [f64], factors: &[f64]) -> bool {
    let Some((&mut first, others)) = values.split_first_mut() else { return true };
    let (mut before, mut rises) = (first, true);
    for (place, factor) in others.iter_mut().zip(factors.iter().skip(1)) {
        let value = *place;
        let increase = value - before;
        rises &= increase >= 0.0;
        *place = increase * factor;
        before = value;
    }
    rises
}

/// What a counter did in a row and the one before together; NaN where it cannot be told.
pub(crate) fn increase_in_two(samples: &Samples, column: &Column, row: u64) -> f64 {
    if !samples.continues(row) || !samples.continues(row - 1) {
        return f64::NAN;
    }
    let [before, first, second] = [row - 2, row - 1, row].map(|row| column.value(row));
    let wraps = samples.wraps();
    let in_first = if first.is_nan() { 0.0 } else { increase(or_zero(before), first, wraps) };
    in_first + increase(or_zero(first), second, wraps)
}

/// The value that the first of the rows is compared with; NaN if it continues nothing.
fn before_run(samples: &Samples, column: &Column, run: &Range<u64>) -> f64 {
    if samples.continues(run.start) { or_zero(column.value(run.start - 1)) } else { f64::NAN }
}

#[inline(always)]
fn increase(before: f64, value: f64, wraps: bool) -> f64 {
    let increase = value - before;
    if increase >= 0.0 { increase } else { after_decrease(before, value, wraps) }
}

/// A counter of 32 bits that was nearly full and is nearly empty has wrapped; any other decrease is a restart.
#[cold]
fn after_decrease(before: f64, value: f64, wraps: bool) -> f64 {
    let has_wrapped = wraps && before > 0.75 * FULL && (0.0..0.25 * FULL).contains(&value);
    if has_wrapped { value + FULL - before } else { f64::NAN }
}

#[inline(always)]
fn or_zero(value: f64) -> f64 {
    if value.is_nan() { 0.0 } else { value }
}
