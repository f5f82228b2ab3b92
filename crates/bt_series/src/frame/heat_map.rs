//! Counts over time and buckets: what fell into each bucket between two rows.

use std::ops::Range;

use bt_metrics::{Bucket, InstanceLabels};

use super::buckets;
use crate::column::Column;
use crate::counter;
use crate::order::sort_by;
use crate::samples::Samples;
use crate::window::TimeWindow;

/// Counts per time column and bucket.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HeatMap {
    /// Start of each column and, last, the end of the last one, in milliseconds since 1970. Empty without columns.
    pub times: Vec<f64>,
    /// Buckets from the lowest to the highest, without holes.
    pub buckets: Vec<Bucket>,
    /// Column after column, each with a count per bucket. NaN where the count cannot be told.
    pub counts: Vec<f64>,
    /// The largest count; 0 without any.
    pub max: f64,
    /// The keys that a keyed histogram has, sorted; empty for one without keys.
    pub keys: Vec<String>,
}

/// The heat map of a window: the histogram of `key` (as [`HeatMap::keys`] lists it), or of all keys together.
pub fn heat_map(samples: &Samples, window: TimeWindow, key: Option<&str>) -> HeatMap {
    let bars: Vec<Bar<'_>> = samples.columns().iter().filter_map(Bar::new).collect();
    let mut keys: Vec<String> = bars.iter().filter_map(Bar::key).collect();
    sort_by(&mut keys, Ord::cmp);
    keys.dedup();
    let chosen: Vec<&Bar<'_>> =
        bars.iter().filter(|bar| key.is_none() || bar.key().as_deref() == key).collect();
    let buckets = buckets::complete(chosen.iter().map(|bar| bar.bucket).collect());

    let rows = samples.rows(window);
    // A column needs a row before it.
    let rows = rows.start.max(samples.end_row() - samples.row_count() as u64 + 1)..rows.end;
    let mut frame = HeatMap { keys, ..HeatMap::default() };
    let places: Vec<usize> =
        chosen.iter().map(|bar| buckets.binary_search(&bar.bucket).unwrap_or_default()).collect();
    for row in rows.clone() {
        frame.times.push(samples.time(row - 1));
        let empty = if samples.continues(row) { 0.0 } else { f64::NAN };
        frame.counts.resize(frame.counts.len() + buckets.len(), empty);
    }
    let runs = samples.runs(rows.clone());
    for (bar, place) in chosen.iter().zip(places) {
        frame.add_bar(samples, bar.column, &runs, place, buckets.len());
    }
    if !rows.is_empty() {
        frame.times.push(samples.time(rows.end - 1));
    }
    frame.max = frame.counts.iter().copied().fold(0.0, f64::max);
    frame.buckets = buckets;
    frame
}

/// One bucket of one key.
struct Bar<'a> {
    column: &'a Column,
    labels: &'a InstanceLabels,
    bucket: Bucket,
}

impl<'a> Bar<'a> {
    fn new(column: &'a Column) -> Option<Bar<'a>> {
        let labels = column.labels.as_deref()?;
        Some(Bar { column, labels, bucket: labels.bucket? })
    }

    fn key(&self) -> Option<String> {
        (!self.labels.key.is_empty()).then(|| self.labels.key.join(","))
    }
}

impl HeatMap {
    /// Adds what a bar has counted, at its place in each column.
    fn add_bar(&mut self, samples: &Samples, bar: &Column, runs: &[Range<u64>], place: usize, height: usize) {
        let (mut values, mut increases) = (Vec::new(), Vec::new());
        for run in runs {
            bar.push_values(run.clone(), &mut values);
            counter::push_increases(samples, bar, run.clone(), &mut increases);
        }
        let cells = self.counts.iter_mut().skip(place).step_by(height);
        for (cell, (value, increase)) in cells.zip(values.into_iter().zip(increases)) {
            // A bucket without a value in this row has lost nothing and won nothing.
            if !value.is_nan() {
                *cell += increase;
            }
        }
    }
}
