//! Lines over time: one shared time axis, a line per instance, gaps as NaN.

use std::ops::Range;

use bt_metrics::InstanceLabels;

use crate::column::Column;
use crate::counter;
use crate::order::sort_by;
use crate::samples::Samples;
use crate::window::TimeWindow;

/// What lines to make.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LineOptions {
    /// Lines at most: those with the largest values in the window's latest rows.
    pub max_series: usize,
    /// What is drawn of each instance.
    pub quantity: Quantity,
}

/// What is drawn of an instance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Quantity {
    /// Its value.
    Value,
    /// Its increase per second, times `factor`.
    Rate {
        /// Brings the unit to that of the axis; 1 leaves it as it is.
        factor: f64,
    },
}

/// At least so many of the latest rows decide which lines are the largest, and fewer than twice as many.
const RECENT_ROWS: u64 = 60;

/// The lines of a window, the largest first. Their values are computed as they are asked for: thousands of lines then
/// need no memory but where they are drawn.
#[derive(Debug)]
pub struct TimeSeries<'a> {
    axis: Axis<'a>,
    options: LineOptions,
    /// All lines, those that are left out after the others.
    lines: Vec<Line<'a>>,
}

/// The lines of a window. Instances without labels are left out until they have some.
pub fn time_series<'a>(samples: &'a Samples, window: TimeWindow, options: &LineOptions) -> TimeSeries<'a> {
    let rows = samples.rows(window);
    let lines = largest(samples, &rows, options);
    TimeSeries { axis: Axis::new(samples, rows, options.quantity), options: *options, lines }
}

impl TimeSeries<'_> {
    /// Milliseconds since 1970, ascending.
    pub fn times(&self) -> &[f64] {
        &self.axis.times
    }

    /// What each line stands for. A metric without instances has empty labels.
    pub fn labels(&self) -> impl ExactSizeIterator<Item = &InstanceLabels> {
        self.drawn().iter().map(|line| line.labels)
    }

    /// Appends the values of the line at this place, one per time; NaN is a gap.
    pub fn push_values(&self, place: usize, values: &mut Vec<f64>) {
        self.axis.push_values(self.drawn()[place].column, values);
    }

    /// The places of the lines in the order in which their values lie in memory. Whoever wants all of them is twice as quick
    /// that way.
    pub fn places_in_memory(&self) -> Vec<usize> {
        in_memory(self.axis.samples, self.drawn())
    }

    /// Lines that are left out.
    pub fn omitted(&self) -> usize {
        self.lines.len() - self.drawn().len()
    }

    /// What the lines that are left out amount to at each time, NaN where none has a value; `None` if none is left out.
    pub fn rest(&self) -> Option<Vec<f64>> {
        let (_, others) = self.lines.split_at(self.drawn().len());
        let mut sum = vec![f64::NAN; self.axis.times.len()];
        let mut values = Vec::with_capacity(sum.len());
        for place in in_memory(self.axis.samples, others) {
            values.clear();
            self.axis.push_values(others[place].column, &mut values);
            add(&mut sum, &values);
        }
        (!others.is_empty()).then_some(sum)
    }

    fn drawn(&self) -> &[Line<'_>] {
        &self.lines[..self.options.max_series.min(self.lines.len())]
    }
}

/// One line.
#[derive(Debug)]
struct Line<'a> {
    /// Place of the column among those of the metric.
    column_place: usize,
    column: &'a Column,
    labels: &'a InstanceLabels,
    magnitude: f64,
}

/// Labelled columns that have a value in the window, largest recent value first; then by key and bucket.
fn largest<'a>(samples: &'a Samples, rows: &Range<u64>, options: &LineOptions) -> Vec<Line<'a>> {
    let recent = Axis::new(samples, recent_rows(rows), options.quantity);
    let mut values = Vec::new();
    // NaN, of a line that has no recent value, counts less than any value.
    let mut magnitude = |column: &Column| {
        values.clear();
        recent.push_values(column, &mut values);
        values.iter().map(|value| value.abs()).fold(-1.0, f64::max)
    };
    let mut lines: Vec<Line<'a>> = samples
        .columns()
        .iter()
        .enumerate()
        .filter(|(_, column)| column.has_value_in(rows))
        .filter_map(|(column_place, column)| {
            let labels = column.labels.as_deref()?;
            Some(Line { column_place, column, labels, magnitude: magnitude(column) })
        })
        .collect();
    // Key and bucket make the order of equal ones the same in every frame.
    sort_by(&mut lines, |left, right| {
        let by_labels =
            || (&left.labels.key, left.labels.bucket).cmp(&(&right.labels.key, right.labels.bucket));
        right.magnitude.total_cmp(&left.magnitude).then_with(by_labels)
    });
    lines
}

/// Their first row stays for a while: if it moved with each new row, lines of about the same size would come and go.
fn recent_rows(rows: &Range<u64>) -> Range<u64> {
    let start = rows.end.saturating_sub(RECENT_ROWS) / RECENT_ROWS * RECENT_ROWS;
    start.max(rows.start)..rows.end
}

/// The places of the lines, in the order of their columns.
fn in_memory(samples: &Samples, lines: &[Line<'_>]) -> Vec<usize> {
    let mut places = vec![None; samples.columns().len()];
    for (place, line) in lines.iter().enumerate() {
        places[line.column_place] = Some(place);
    }
    places.into_iter().flatten().collect()
}

/// Adds what is there: a line in a gap takes nothing from the sum of the others.
fn add(sum: &mut [f64], values: &[f64]) {
    for (sum, value) in sum.iter_mut().zip(values) {
        let both = *sum + value;
        if !both.is_nan() {
            *sum = both;
        } else if sum.is_nan() {
            *sum = *value;
        }
    }
}

/// The time axis of some rows. Where an interruption parts them it has one more point, so that no line is drawn there.
#[derive(Debug)]
struct Axis<'a> {
    samples: &'a Samples,
    runs: Vec<Range<u64>>,
    times: Vec<f64>,
    /// What the increase at each time is multiplied by for a rate; `None` if values are drawn. A product is several times
    /// as quick as a quotient, and at most differs in the last bit.
    per_second: Option<Vec<f64>>,
    /// For each run whose last row follows the one before too soon for a rate of its own: the factor of both together,
    /// NaN if even that is not known.
    two_per_second: Vec<Option<f64>>,
}

impl<'a> Axis<'a> {
    fn new(samples: &'a Samples, rows: Range<u64>, quantity: Quantity) -> Axis<'a> {
        let runs = samples.runs(rows.clone());
        let mut times = Vec::new();
        let mut per_second = Vec::new();
        let mut two_per_second = Vec::new();
        let factor = if let Quantity::Rate { factor } = quantity { factor } else { 1.0 };
        let mut before = rows.start.checked_sub(1).map_or(f64::NAN, |row| samples.time(row));
        for run in &runs {
            if run.start > rows.start {
                times.push(f64::midpoint(before, samples.time(run.start)));
                per_second.push(f64::NAN);
            }
            for row in run.clone() {
                let time = samples.time(row);
                per_second.push(1000.0 * factor / (time - before));
                times.push(time);
                before = time;
            }
            let last = run.end - 1;
            two_per_second.push(samples.is_near(last).then(|| {
                let start = if samples.continues(last - 1) { samples.time(last - 2) } else { f64::NAN };
                1000.0 * factor / (before - start)
            }));
        }
        let per_second = matches!(quantity, Quantity::Rate { .. }).then_some(per_second);
        Axis { samples, runs, times, per_second, two_per_second }
    }

    fn push_values(&self, column: &Column, values: &mut Vec<f64>) {
        let start = values.len();
        values.reserve(self.times.len());
        for (place, run) in self.runs.iter().enumerate() {
            if place > 0 {
                values.push(f64::NAN);
            }
            match &self.per_second {
                Some(factors) => {
                    let factors = &factors[values.len() - start..];
                    counter::push_rates(self.samples, column, run.clone(), factors, values);
                    if let (Some(factor), Some(last)) = (self.two_per_second[place], values.last_mut()) {
                        *last = factor * counter::increase_in_two(self.samples, column, run.end - 1);
                    }
                }
                None => column.push_values(run.clone(), values),
            }
        }
    }
}
