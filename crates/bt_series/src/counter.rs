//! What a counter did between two rows: never negative, and unknown across an interruption.

use crate::columns::{Column, Samples};

/// Increase of a counter since the row before; NaN if it cannot be told.
///
/// A decrease means that the counter began anew (`clear()`, `zero()`, a restart), so the increase is unknown. An
/// instance that was not in the row before had counted nothing: maps have no entry for a key until it is hit.
pub(crate) fn increase(samples: &Samples, column: &Column, row: u64) -> f64 {
    let value = column.value(row);
    if value.is_nan() || !samples.continues(row) {
        return f64::NAN;
    }
    let before = column.value(row - 1);
    let before = if before.is_nan() { 0.0 } else { before };
    if value < before { f64::NAN } else { value - before }
}

/// Increase per second since the row before; NaN if it cannot be told.
pub(crate) fn rate(samples: &Samples, column: &Column, row: u64) -> f64 {
    let increase = increase(samples, column, row);
    if increase.is_nan() {
        return increase;
    }
    let seconds = (samples.time(row) - samples.time(row - 1)) / 1000.0;
    increase / seconds
}
