//! The samples of one metric: a time column and a value column per instance, as rings.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;

use bt_metrics::{InstanceLabels, Semantics, ValueType};
use rustc_hash::FxHashMap;

use crate::TimeWindow;
use crate::column::{Column, PIECE_BYTES, PIECE_ROWS};

/// What one column costs besides its values: labels, map entry, ring header (an estimate, in bytes).
const COLUMN_OVERHEAD_BYTES: usize = 192;
/// One time in the time column.
const TIME_BYTES: usize = size_of::<u32>();

/// What is to be known of a metric to keep its samples.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MetricKind {
    /// Whether its values are a counter's.
    pub semantics: Semantics,
    /// Of numbers of 32 bits it is known where they start again.
    pub value_type: ValueType,
    /// Time that two rows are apart at least. When a host's print is met, and when, is told to some precision only;
    /// a rate over less than that would be the error's. Half of the time between two prints is a good value: less lets
    /// rates err more, more makes one sample of two whenever a poll comes early.
    pub min_span_millis: f64,
}

/// The samples of one metric.
///
/// A *row* is one poll, or two that came so close together that they are one sample. A row is named by its number since
/// the metric was added, which stays the same while older rows leave, so columns that begin later or ended earlier need
/// no padding.
#[derive(Debug)]
pub struct Samples {
    semantics: Semantics,
    /// A counter of 32 bits starts again at zero when it is full.
    wraps: bool,
    /// Rows that follow one another sooner are one sample.
    min_span_millis: f64,
    max_instances: usize,
    /// Moment that `times` count from.
    epoch_millis: f64,
    /// Milliseconds since the epoch, ascending: 4 bytes instead of 8.
    times: VecDeque<u32>,
    /// Number of the oldest row.
    first_row: u64,
    /// Rows before which the samples do not continue (the first row counts without being listed), ascending.
    breaks: VecDeque<u64>,
    break_is_due: bool,
    columns: Vec<Column>,
    places: FxHashMap<Option<u32>, usize>,
    refused_instances: usize,
    /// Pieces of all columns.
    piece_count: usize,
    /// No instance had its last value before this row.
    all_present_until: u64,
    generation: u32,
}

impl Samples {
    pub(crate) fn new(kind: MetricKind, max_instances: usize) -> Samples {
        Samples {
            semantics: kind.semantics,
            wraps: kind.value_type == ValueType::U32,
            min_span_millis: kind.min_span_millis,
            max_instances,
            epoch_millis: 0.0,
            times: VecDeque::new(),
            first_row: 0,
            breaks: VecDeque::new(),
            break_is_due: false,
            columns: Vec::new(),
            places: FxHashMap::default(),
            refused_instances: 0,
            piece_count: 0,
            all_present_until: 0,
            generation: 0,
        }
    }

    /// Whether the values are a counter's.
    pub fn is_counter(&self) -> bool {
        self.semantics == Semantics::Counter
    }

    /// Whether a counter starts again at zero after 32 bits.
    pub(crate) fn wraps(&self) -> bool {
        self.wraps
    }

    /// Number of rows that are kept.
    pub fn row_count(&self) -> usize {
        self.times.len()
    }

    /// Number of instances that have a value in some row.
    pub fn instance_count(&self) -> usize {
        self.columns.len()
    }

    /// Whether some row has a value.
    pub fn has_values(&self) -> bool {
        !self.columns.is_empty()
    }

    /// Instances of the latest row that found no room.
    pub fn refused_instances(&self) -> usize {
        self.refused_instances
    }

    /// Grows with every row; wraps around.
    pub fn generation(&self) -> u32 {
        self.generation
    }

    /// Memory of the samples in bytes, as the store's bound counts it.
    pub fn bytes(&self) -> usize {
        self.piece_count * PIECE_BYTES
            + self.times.len() * TIME_BYTES
            + self.columns.len() * COLUMN_OVERHEAD_BYTES
    }

    /// Instances of the latest row whose labels are unknown. Hosts no longer name those that have vanished before.
    pub fn unlabelled(&self) -> impl Iterator<Item = u32> {
        let end_row = self.end_row();
        let is_present = move |column: &&Column| column.labels.is_none() && column.last_row() + 1 == end_row;
        self.columns.iter().filter(is_present).filter_map(|column| column.instance)
    }

    /// Says what an instance stands for; ignored if it has no value in any row.
    pub(crate) fn label(&mut self, instance: u32, labels: Arc<InstanceLabels>) {
        if let Some(&place) = self.places.get(&Some(instance)) {
            self.columns[place].labels = Some(labels);
        }
    }

    /// The next row does not continue the last one: the connection was lost, or the script started anew.
    pub(crate) fn interrupt(&mut self) {
        self.break_is_due = !self.times.is_empty();
    }

    /// Appends a row, or makes one of it and the last row, if that followed its own predecessor too soon. Of two values in
    /// one row the later counts.
    ///
    /// A time clearly before the last row's means that a clock was set back: the older rows move back with it, and the new
    /// one does not continue them.
    pub(crate) fn append(&mut self, time_millis: f64, values: impl Iterator<Item = (Option<u32>, f64)>) {
        let row = self.begin_row(time_millis);
        self.refused_instances = 0;
        for (position, (instance, value)) in values.enumerate() {
            if value.is_nan() {
                continue;
            }
            match self.column(instance, position, row) {
                Some(column) => self.piece_count += usize::from(self.columns[column].append(row, value)),
                None => self.refused_instances += 1,
            }
        }
        self.generation = self.generation.wrapping_add(1);
    }

    /// Drops the oldest row, and the instances that had their last value in it. Returns whether there was one.
    pub(crate) fn drop_oldest_row(&mut self) -> bool {
        if self.times.pop_front().is_none() {
            return false;
        }
        self.first_row += 1;
        let first_row = self.first_row;
        while self.breaks.front().is_some_and(|&row| row <= first_row) {
            self.breaks.pop_front();
        }
        if first_row.is_multiple_of(PIECE_ROWS as u64) {
            for column in &mut self.columns {
                self.piece_count -= column.drop_rows_before(first_row);
            }
        }
        if first_row > self.all_present_until {
            self.free_vanished();
        }
        true
    }

    /// Time of the oldest row.
    pub(crate) fn oldest_millis(&self) -> Option<f64> {
        self.times.front().map(|&offset| self.epoch_millis + f64::from(offset))
    }

    /// Time of the latest row.
    pub fn latest_millis(&self) -> Option<f64> {
        self.times.back().map(|&offset| self.epoch_millis + f64::from(offset))
    }

    /// Time of a row that is kept.
    pub(crate) fn time(&self, row: u64) -> f64 {
        let offset = row.checked_sub(self.first_row).and_then(|place| self.times.get(place as usize));
        offset.map_or(f64::NAN, |&offset| self.epoch_millis + f64::from(offset))
    }

    /// The rows whose time lies in the window.
    pub(crate) fn rows(&self, window: TimeWindow) -> Range<u64> {
        let before = |moment: f64| {
            self.times.partition_point(|&offset| f64::from(offset) < moment - self.epoch_millis)
        };
        let start = before(window.from_millis);
        let end =
            self.times.partition_point(|&offset| f64::from(offset) <= window.to_millis - self.epoch_millis);
        self.first_row + start as u64..self.first_row + end.max(start) as u64
    }

    /// Whether a row follows a kept one without an interruption.
    pub(crate) fn continues(&self, row: u64) -> bool {
        row > self.first_row && self.breaks.binary_search(&row).is_err()
    }

    /// Whether a row follows the one before so soon that the two are one sample. Only the last row of a run can.
    pub(crate) fn is_near(&self, row: u64) -> bool {
        self.continues(row) && self.time(row) - self.time(row - 1) < self.min_span_millis
    }

    /// The rows in pieces that no interruption parts.
    pub(crate) fn runs(&self, rows: Range<u64>) -> Vec<Range<u64>> {
        let mut runs = Vec::new();
        let mut start = rows.start;
        for &cut in self.breaks.iter().filter(|cut| (rows.start + 1..rows.end).contains(cut)) {
            runs.push(start..cut);
            start = cut;
        }
        if start < rows.end {
            runs.push(start..rows.end);
        }
        runs
    }

    /// Number of the row after the last one.
    pub(crate) fn end_row(&self) -> u64 {
        self.first_row + self.times.len() as u64
    }

    pub(crate) fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The row that a poll's values belong to.
    fn begin_row(&mut self, time_millis: f64) -> u64 {
        self.follow_clock(time_millis);
        let offset = self.next_offset(time_millis);
        let row = self.end_row();
        if std::mem::take(&mut self.break_is_due) {
            self.breaks.push_back(row);
        } else if let Some(last) = row.checked_sub(1).filter(|&last| self.is_near(last)) {
            self.times.pop_back();
            self.times.push_back(offset);
            return last;
        }
        reserve_one(&mut self.times);
        self.times.push_back(offset);
        self.rebase();
        row
    }

    /// Moves all rows before a time that lies clearly before the last one.
    fn follow_clock(&mut self, time_millis: f64) {
        let Some(latest) = self.latest_millis() else { return };
        if time_millis < latest - self.min_span_millis {
            self.epoch_millis -= (latest + 1.0 - time_millis).ceil();
            self.break_is_due = true;
        }
    }

    /// A time after that of the last row, since the epoch.
    fn next_offset(&mut self, time_millis: f64) -> u32 {
        if self.times.is_empty() {
            self.epoch_millis = time_millis.floor();
        }
        let earliest = self.times.back().map_or(0, |&last| last.saturating_add(1));
        let offset = (time_millis - self.epoch_millis).clamp(0.0, f64::from(u32::MAX)) as u32;
        offset.max(earliest)
    }

    /// Moves the epoch to the oldest row before an offset could overflow (after some 25 days).
    fn rebase(&mut self) {
        let Some(&oldest) = self.times.front() else { return };
        if oldest >= u32::MAX / 2 {
            self.epoch_millis += f64::from(oldest);
            self.times.iter_mut().for_each(|offset| *offset -= oldest);
        }
    }

    /// The place of an instance's column. Servers list instances in the same order each time, hence the guess.
    fn column(&mut self, instance: Option<u32>, guess: usize, row: u64) -> Option<usize> {
        match self.columns.get(guess) {
            Some(column) if column.instance == instance => Some(guess),
            _ => match self.places.get(&instance) {
                Some(&place) => Some(place),
                None => self.add_column(instance, row),
            },
        }
    }

    fn add_column(&mut self, instance: Option<u32>, row: u64) -> Option<usize> {
        if self.columns.len() >= self.max_instances {
            return None;
        }
        let place = self.columns.len();
        // A single value stands for itself; it has nothing to be asked for.
        let labels = instance.is_none().then(Arc::default);
        self.columns.push(Column::new(instance, labels, row));
        self.places.insert(instance, place);
        Some(place)
    }

    /// Frees the instances that had their last value before the oldest row.
    fn free_vanished(&mut self) {
        let first_row = self.first_row;
        let count = self.columns.len();
        self.columns.retain(|column| {
            let stays = column.last_row() >= first_row;
            self.piece_count -= if stays { 0 } else { column.piece_count() };
            stays
        });
        if self.columns.len() < count {
            self.places =
                self.columns.iter().enumerate().map(|(place, column)| (column.instance, place)).collect();
        }
        // An instance that comes back only moves its last row on.
        self.all_present_until = self.columns.iter().map(Column::last_row).min().unwrap_or(first_row);
    }
}

/// Grows a full ring by an eighth: doubling would waste up to half of the memory.
fn reserve_one<T>(ring: &mut VecDeque<T>) {
    if ring.len() == ring.capacity() {
        ring.reserve_exact(8 + ring.len() / 8);
    }
}
