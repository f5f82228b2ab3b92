//! Ingest and query beside the usual store of a page: a list of rows, each an object with a value by instance name.
//!
//! `cargo bench -p bt_series`

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::collections::{HashMap, HashSet};
use std::hint::black_box;
use std::sync::Arc;

use bt_metrics::{InstanceLabels, Semantics, ValueType};
use bt_series::frame::{LineOptions, Quantity};
use bt_series::{Limits, MetricId, MetricKind, Store, TimeWindow, frame};
use divan::Bencher;

/// Half an hour at a row a second.
const ROWS: u32 = 1_800;
const INSTANCES: u32 = 150;
const MAX_SERIES: usize = 20;
const OPTIONS: LineOptions = LineOptions { max_series: MAX_SERIES, quantity: Quantity::Rate { factor: 1.0 } };

fn main() {
    let (store, _) = columns();
    let samples = f64::from(ROWS * INSTANCES);
    println!("{:.2} bytes a sample in columns", store.bytes() as f64 / samples);
    divan::main();
}

fn value(row: u32, instance: u32) -> f64 {
    f64::from(row) * f64::from(instance % 17 + 1) + f64::from(instance)
}

fn append(store: &mut Store, id: MetricId, row: u32) {
    let values = (0..INSTANCES).map(|instance| (Some(instance), value(row, instance)));
    store.append(id, f64::from(row) * 1000.0, values);
}

fn columns() -> (Store, MetricId) {
    let mut store = Store::new(Limits::default());
    let id = store.add(MetricKind {
        semantics: Semantics::Counter,
        value_type: ValueType::U64,
        min_span_millis: 500.0,
    });
    for row in 0..ROWS {
        append(&mut store, id, row);
    }
    for instance in 0..INSTANCES {
        let labels = InstanceLabels { key: vec![format!("command-{instance}").into()], bucket: None };
        store.label(id, instance, Arc::new(labels));
    }
    (store, id)
}

/// A row as an object.
struct Row {
    time: f64,
    values: HashMap<String, f64>,
}

fn naive_row(row: u32) -> Row {
    let values =
        (0..INSTANCES).map(|instance| (format!("command-{instance}"), value(row, instance))).collect();
    Row { time: f64::from(row) * 1000.0, values }
}

/// Rates of the instances with the largest latest rates, looked up row by row.
fn naive_query(rows: &[Row]) -> Vec<(String, Vec<f64>)> {
    let rate = |place: usize, name: &str| {
        let (before, now) = (&rows[place - 1], &rows[place]);
        let increase = now.values.get(name)? - before.values.get(name)?;
        (increase >= 0.0).then_some(increase * 1000.0 / (now.time - before.time))
    };
    let names: HashSet<&String> = rows.iter().flat_map(|row| row.values.keys()).collect();
    let mut names: Vec<String> = names.into_iter().cloned().collect();
    let latest = |name: &str| rate(rows.len() - 1, name).unwrap_or(0.0);
    names.sort_by(|left, right| latest(right).total_cmp(&latest(left)));
    names.truncate(MAX_SERIES);
    let line = |name: String| {
        let values = (1..rows.len()).map(|place| rate(place, &name).unwrap_or(f64::NAN)).collect();
        (name, values)
    };
    names.into_iter().map(line).collect()
}

#[divan::bench]
fn ingest_a_row_columns(bencher: Bencher) {
    let (mut store, id) = columns();
    let mut row = ROWS;
    bencher.bench_local(|| {
        row += 1;
        append(&mut store, id, row);
    });
}

#[divan::bench]
fn ingest_a_row_objects(bencher: Bencher) {
    let mut rows: std::collections::VecDeque<Row> = (0..ROWS).map(naive_row).collect();
    let mut row = ROWS;
    bencher.bench_local(|| {
        row += 1;
        rows.push_back(naive_row(row));
        rows.pop_front();
    });
}

#[divan::bench]
fn query_half_an_hour_columns(bencher: Bencher) {
    let (store, id) = columns();
    bencher.bench_local(|| {
        store.samples(id).map(|samples| frame::time_series(black_box(samples), TimeWindow::ALL, &OPTIONS))
    });
}

#[divan::bench]
fn query_half_an_hour_objects(bencher: Bencher) {
    let rows: Vec<Row> = (0..ROWS).map(naive_row).collect();
    bencher.bench_local(|| naive_query(black_box(&rows)));
}
