//! Lines over time: one shared time axis, a line per instance, gaps as NaN.

use std::ops::Range;

use bt_metrics::InstanceLabels;

use crate::columns::{Column, Samples};
use crate::counter;
use crate::window::TimeWindow;

/// Lines over one time axis.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TimeSeries {
    /// Milliseconds since 1970, ascending.
    pub times: Vec<f64>,
    /// The lines with the largest values, largest first.
    pub series: Vec<Series>,
    /// Lines that are left out.
    pub omitted: usize,
}

/// One line.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Name for a legend; empty for a metric without instances.
    pub label: String,
    /// Parts of the map key.
    pub key: Vec<String>,
    /// A value per time, NaN is a gap.
    pub values: Vec<f64>,
}

/// How many of the latest rows decide which lines are the largest.
const RECENT_ROWS: u64 = 30;

/// The lines of a window. `rate`: increase per second instead of the value.
///
/// The `max_series` lines are those with the largest values in the window's latest rows. Instances without labels
/// are left out until they have some.
pub fn time_series(samples: &Samples, window: TimeWindow, max_series: usize, rate: bool) -> TimeSeries {
    let rows = samples.rows(window);
    let mut lines = largest(samples, &rows, rate);
    let omitted = lines.len().saturating_sub(max_series);
    lines.truncate(max_series);

    let axis = axis(samples, rows);
    let series = lines.into_iter().map(|(column, labels)| Series {
        label: labels.instance_name(),
        key: labels.key.iter().map(ToString::to_string).collect(),
        values: axis
            .iter()
            .map(|point| point.row.map_or(f64::NAN, |row| value(samples, column, row, rate)))
            .collect(),
    });
    TimeSeries { series: series.collect(), times: axis.iter().map(|point| point.time).collect(), omitted }
}

/// One place on the time axis; without a row it parts the lines.
struct Point {
    time: f64,
    row: Option<u64>,
}

fn axis(samples: &Samples, rows: Range<u64>) -> Vec<Point> {
    let mut axis = Vec::new();
    for row in rows.clone() {
        if row > rows.start && !samples.continues(row) {
            axis.push(Point { time: f64::midpoint(samples.time(row - 1), samples.time(row)), row: None });
        }
        axis.push(Point { time: samples.time(row), row: Some(row) });
    }
    axis
}

fn value(samples: &Samples, column: &Column, row: u64, rate: bool) -> f64 {
    if rate { counter::rate(samples, column, row) } else { column.value(row) }
}

/// Labelled columns that have a value in the window, largest recent value first; then by key and bucket.
fn largest<'a>(samples: &'a Samples, rows: &Range<u64>, rate: bool) -> Vec<(&'a Column, &'a InstanceLabels)> {
    let recent = rows.end.saturating_sub(RECENT_ROWS).max(rows.start)..rows.end;
    let magnitude = |column: &Column| {
        let values = recent.clone().map(|row| value(samples, column, row, rate).abs());
        values.fold(f64::NAN, f64::max)
    };
    let mut lines: Vec<_> = samples
        .columns()
        .iter()
        .filter(|column| rows.clone().rev().any(|row| !column.value(row).is_nan()))
        .filter_map(|column| Some((magnitude(column), column, column.labels.as_deref()?)))
        .collect();
    // Descending, NaN last; key and bucket make the order of equal ones the same in every frame.
    let rank = |magnitude: f64| if magnitude.is_nan() { -1.0 } else { magnitude };
    lines.sort_by(|left, right| {
        rank(right.0)
            .total_cmp(&rank(left.0))
            .then_with(|| (&left.2.key, left.2.bucket).cmp(&(&right.2.key, right.2.bucket)))
    });
    lines.into_iter().map(|(_, column, labels)| (column, labels)).collect()
}
