//! The values of this moment: several metrics side by side, joined by key; or printed text, line by line.

use std::cmp::Ordering;
use std::sync::Arc;

use bt_metrics::{Atom, InstanceLabels};
use rustc_hash::FxHashMap;

use super::csv;
use crate::order::sort_by;
use crate::samples::Samples;

/// Rows and columns.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// Key columns, then value columns.
    pub columns: Vec<TableColumn>,
    /// A cell per column each.
    pub rows: Vec<Vec<Cell>>,
    /// Rows that are left out.
    pub omitted: usize,
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct TableColumn {
    /// Heading.
    pub name: String,
    /// Whether it is a part of the key.
    pub is_key: bool,
    /// Unit of its values.
    pub unit: Option<String>,
}

/// A cell of a table.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// No value.
    Empty,
    /// A number.
    Number(f64),
    /// Text.
    Text(Arc<str>),
}

/// A metric that gives a value column.
pub enum TableSource<'a> {
    /// The latest row of numbers.
    Numbers {
        /// Heading.
        name: &'a str,
        /// Unit of its values.
        unit: Option<&'a str>,
        /// The samples.
        samples: &'a Samples,
    },
    /// The latest texts.
    Texts {
        /// Heading.
        name: &'a str,
        /// Labels and value of each instance.
        values: &'a [(Arc<InstanceLabels>, Atom)],
    },
}

/// Joins the latest values of `sources` by key: the rows with the largest first value first, at most `max_rows`.
pub fn table(sources: &[TableSource<'_>], max_rows: usize) -> Table {
    let mut rows: FxHashMap<RowKey, Vec<Cell>> = FxHashMap::default();
    for (place, source) in sources.iter().enumerate() {
        source.for_each(|labels, cell| {
            let row = rows.entry(RowKey::new(labels)).or_insert_with(|| vec![Cell::Empty; sources.len()]);
            row[place] = cell;
        });
    }
    let key_parts = rows.keys().map(|key| key.parts.len()).max().unwrap_or_default();
    let has_bucket = rows.keys().any(|key| key.bucket.is_some());
    let omitted = rows.len().saturating_sub(max_rows);
    let mut rows: Vec<(RowKey, Vec<Cell>)> = rows.into_iter().collect();
    sort_by(&mut rows, |(left_key, left), (right_key, right)| {
        let by_value = match has_bucket {
            true => Ordering::Equal,
            false => magnitude(right).total_cmp(&magnitude(left)),
        };
        // Buckets, and equal values, stand in the order of their keys.
        by_value.then_with(|| left_key.cmp(right_key))
    });
    rows.truncate(max_rows);
    Table {
        columns: columns(sources, key_parts, has_bucket),
        rows: rows
            .into_iter()
            .map(|(key, values)| key.cells(key_parts, has_bucket).chain(values).collect())
            .collect(),
        omitted,
    }
}

/// What a script has printed: the columns of CSV if it is CSV, else one line a row. The latest `max_rows` stay.
pub fn output_table(text: &str, max_rows: usize) -> Table {
    let (header, records) = match csv::parse(text) {
        Some(mut records) => {
            let header = records.remove(0);
            // A script that prints its table anew each second prints the header each time.
            records.retain(|record| *record != header);
            (header, records)
        }
        None => (vec!["output".to_string()], text.lines().map(|line| vec![line.to_string()]).collect()),
    };
    let omitted = records.len().saturating_sub(max_rows);
    let column = |name| TableColumn { name, is_key: false, unit: None };
    Table {
        columns: header.into_iter().map(column).collect(),
        rows: records
            .into_iter()
            .skip(omitted)
            .map(|record| record.iter().map(|field| read_cell(field)).collect())
            .collect(),
        omitted,
    }
}

/// A key as rows are ordered by it: buckets by their bounds, numbers by value, everything else as text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct RowKey {
    parts: Vec<(Option<i64>, Arc<str>)>,
    bucket: Option<bt_metrics::Bucket>,
}

impl RowKey {
    fn new(labels: &InstanceLabels) -> RowKey {
        let parts = labels.key.iter().map(|part| (part.parse().ok(), part.clone())).collect();
        RowKey { parts, bucket: labels.bucket }
    }

    fn cells(&self, key_parts: usize, has_bucket: bool) -> impl Iterator<Item = Cell> {
        let parts: Vec<Cell> = self.parts.iter().map(|(_, text)| read_cell(text)).collect();
        let missing = key_parts - parts.len();
        let bucket = self.bucket.map_or(Cell::Empty, |bucket| Cell::Text(bucket.to_string().into()));
        parts.into_iter().chain(std::iter::repeat_n(Cell::Empty, missing)).chain(has_bucket.then_some(bucket))
    }
}

impl TableSource<'_> {
    fn for_each(&self, mut visit: impl FnMut(&InstanceLabels, Cell)) {
        match self {
            TableSource::Numbers { samples, .. } => {
                let Some(latest) = samples.end_row().checked_sub(1) else { return };
                for column in samples.columns() {
                    let value = column.value(latest);
                    if let Some(labels) = column.labels.as_deref().filter(|_| !value.is_nan()) {
                        visit(labels, Cell::Number(value));
                    }
                }
            }
            TableSource::Texts { values, .. } => {
                for (labels, value) in *values {
                    visit(labels, Cell::Text(value.to_text().as_ref().into()));
                }
            }
        }
    }
}

fn columns(sources: &[TableSource<'_>], key_parts: usize, has_bucket: bool) -> Vec<TableColumn> {
    let key = |name: String| TableColumn { name, is_key: true, unit: None };
    let name = |part: usize| if key_parts == 1 { "key".to_string() } else { format!("key{part}") };
    let mut columns: Vec<TableColumn> = (0..key_parts).map(|part| key(name(part))).collect();
    columns.extend(has_bucket.then(|| key("bucket".to_string())));
    columns.extend(sources.iter().map(|source| match source {
        TableSource::Numbers { name, unit, .. } => {
            TableColumn { name: name.to_string(), is_key: false, unit: unit.map(str::to_string) }
        }
        TableSource::Texts { name, .. } => TableColumn { name: name.to_string(), is_key: false, unit: None },
    }));
    columns
}

fn magnitude(cells: &[Cell]) -> f64 {
    match cells.first() {
        Some(Cell::Number(value)) => *value,
        _ => f64::NEG_INFINITY,
    }
}

/// A plain decimal number becomes one, so that a table can sort it; `0x10`, `1e5` and `007` stay as printed.
fn read_cell(field: &str) -> Cell {
    let number = field
        .parse::<f64>()
        .ok()
        .filter(|number| number.to_string() == field && number.abs() <= 9_007_199_254_740_992.0);
    number.map_or_else(|| Cell::Text(field.into()), Cell::Number)
}
