//! The values of one instance, in pieces of fixed size: nothing moves while it grows, and old pieces leave whole.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;

use bt_metrics::InstanceLabels;

/// Rows of one piece. A larger piece costs instances with few values more memory, a smaller one costs all of them more
/// copies of short runs when lines are drawn; at 64 a value of half an hour takes 8.6 bytes.
pub(crate) const PIECE_ROWS: usize = 64;
/// What a piece costs: its values, its pointer, and what the allocator adds.
pub(crate) const PIECE_BYTES: usize = PIECE_ROWS * size_of::<f64>() + 16;

type Piece = [f64; PIECE_ROWS];
/// What stands for a piece without values.
const NO_VALUES: Piece = [f64::NAN; PIECE_ROWS];

/// The values of one instance; NaN where a row had none.
///
/// Pieces begin at multiples of [`PIECE_ROWS`] in every column, and a piece without any value takes no memory.
#[derive(Debug)]
pub(crate) struct Column {
    pub(crate) instance: Option<u32>,
    pub(crate) labels: Option<Arc<InstanceLabels>>,
    pieces: VecDeque<Option<Box<Piece>>>,
    /// Number of the first piece: that of its rows divided by their number.
    first_piece: u64,
    /// Row of the latest value.
    last_row: u64,
}

impl Column {
    /// A column whose first value comes in `row`.
    pub(crate) fn new(instance: Option<u32>, labels: Option<Arc<InstanceLabels>>, row: u64) -> Column {
        Column { instance, labels, pieces: VecDeque::new(), first_piece: piece_of(row), last_row: row }
    }

    /// Row of the latest value.
    pub(crate) fn last_row(&self) -> u64 {
        self.last_row
    }

    /// Value in a row, NaN if there is none.
    pub(crate) fn value(&self, row: u64) -> f64 {
        self.piece(piece_of(row))[place_in_piece(row)]
    }

    /// Whether one of the rows has a value.
    pub(crate) fn has_value_in(&self, rows: &Range<u64>) -> bool {
        let has_value = |row| !self.value(row).is_nan();
        rows.contains(&self.last_row) || (rows.start < self.last_row && rows.clone().rev().any(has_value))
    }

    /// Appends the values of the rows.
    pub(crate) fn push_values(&self, rows: Range<u64>, values: &mut Vec<f64>) {
        let mut row = rows.start;
        while row < rows.end {
            let place = place_in_piece(row);
            let count = (PIECE_ROWS - place).min((rows.end - row) as usize);
            values.extend_from_slice(&self.piece(piece_of(row))[place..place + count]);
            row += count as u64;
        }
    }

    /// Sets the value of a row that is not before the latest one. Returns whether that took a new piece.
    pub(crate) fn append(&mut self, row: u64, value: f64) -> bool {
        self.last_row = row;
        let place = (piece_of(row) - self.first_piece) as usize;
        while self.pieces.len() <= place {
            self.pieces.push_back(None);
        }
        let piece = &mut self.pieces[place];
        let is_new = piece.is_none();
        piece.get_or_insert_with(|| Box::new(NO_VALUES))[place_in_piece(row)] = value;
        is_new
    }

    /// Frees the pieces that end before `row`. Returns how many there were.
    pub(crate) fn drop_rows_before(&mut self, row: u64) -> usize {
        let mut freed = 0;
        while self.first_piece < piece_of(row)
            && let Some(piece) = self.pieces.pop_front()
        {
            self.first_piece += 1;
            freed += usize::from(piece.is_some());
        }
        freed
    }

    /// Number of pieces that take memory.
    pub(crate) fn piece_count(&self) -> usize {
        self.pieces.iter().flatten().count()
    }

    fn piece(&self, piece: u64) -> &Piece {
        let place = piece.checked_sub(self.first_piece);
        let piece = place.and_then(|place| self.pieces.get(place as usize)?.as_deref());
        piece.unwrap_or(&NO_VALUES)
    }
}

fn piece_of(row: u64) -> u64 {
    row / PIECE_ROWS as u64
}

fn place_in_piece(row: u64) -> usize {
    (row % PIECE_ROWS as u64) as usize
}
