//! Lines over time: one shared time axis, a line per instance, gaps as NaN.

use std::ops::Range;

use bt_metrics::{Bucket, InstanceLabels};

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
    /// What the lines that are left out amount to at each time, NaN where none has a value; `None` if none is left out
    /// or if nobody asked.
    pub rest: Option<Vec<f64>>,
    /// Lines that are left out.
    pub omitted: usize,
}

/// What lines to make.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LineOptions {
    /// Lines at most: those with the largest values in the window's latest rows.
    pub max_series: usize,
    /// Increase per second instead of the value.
    pub rate: bool,
    /// What each value is multiplied by.
    pub factor: f64,
    /// Whether the lines that are left out are added up.
    pub rest: bool,
}

/// One line.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Name for a legend; empty for a metric without instances.
    pub label: String,
    /// Parts of the map key.
    pub key: Vec<String>,
    /// Bucket of a histogram.
    pub bucket: Option<Bucket>,
    /// A value per time, NaN is a gap.
    pub values: Vec<f64>,
}

/// How many of the latest rows decide which lines are the largest.
const RECENT_ROWS: u64 = 30;

/// The lines of a window. Instances without labels are left out until they have some.
pub fn time_series(samples: &Samples, window: TimeWindow, options: &LineOptions) -> TimeSeries {
    let rows = samples.rows(window);
    let mut lines = largest(samples, &rows, options.rate);
    let others = lines.split_off(options.max_series.min(lines.len()));

    let axis = axis(samples, rows);
    let values = |column: &Column| -> Vec<f64> {
        axis.iter()
            .map(|point| {
                point.row.map_or(f64::NAN, |row| value(samples, column, row, options.rate) * options.factor)
            })
            .collect()
    };
    let rest = (options.rest && !others.is_empty()).then(|| {
        let mut sum = vec![f64::NAN; axis.len()];
        others.iter().for_each(|(column, _)| add_values(&mut sum, &values(column)));
        sum
    });
    let series = lines.into_iter().map(|(column, labels)| Series {
        label: labels.instance_name(),
        key: labels.key.iter().map(ToString::to_string).collect(),
        bucket: labels.bucket,
        values: values(column),
    });
    TimeSeries {
        series: series.collect(),
        times: axis.iter().map(|point| point.time).collect(),
        rest,
        omitted: others.len(),
    }
}

/// Adds what is there: a line in a gap takes nothing from the sum of the others.
fn add_values(sum: &mut [f64], values: &[f64]) {
    for (sum, value) in sum.iter_mut().zip(values).filter(|(_, value)| !value.is_nan()) {
        *sum = if sum.is_nan() { *value } else { *sum + value };
    }
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
