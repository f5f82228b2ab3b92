//! The store against a model that keeps one object a sample and computes everything from the definition.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bt_metrics::{Bucket, InstanceLabels, Semantics, ValueType};
use bt_series::frame::{LineOptions, Quantity};
use bt_series::{Limits, MetricId, MetricKind, Samples, Store, TimeWindow, frame};
use proptest::prelude::*;

const RETENTION_MILLIS: f64 = 20_000.0;
const MIN_SPAN_MILLIS: f64 = 100.0;
/// Where a counter of 32 bits starts again at zero.
const FULL: i64 = 1 << 32;

/// What a poll may bring.
#[derive(Clone, Debug)]
enum Step {
    /// Values by instance, this much later; earlier if the clock was set back.
    Row { after_millis: i32, values: BTreeMap<u32, i64> },
    /// The connection was lost.
    Interrupt,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    steps_of(prop_oneof![12 => 1_i32..600, 2 => -120..120, 1 => -9_000..0])
}

fn steps_of(after_millis: impl Strategy<Value = i32>) -> impl Strategy<Value = Vec<Step>> {
    // Counters of 32 bits that are nearly full now and then.
    let value = prop_oneof![9 => -2_i64..40, 1 => FULL - 90..FULL];
    let values = prop::collection::btree_map(0_u32..6, value, 0..5);
    let step = prop_oneof![
        24 => (after_millis, values).prop_map(|(after_millis, values)| Step::Row { after_millis, values }),
        1 => Just(Step::Interrupt),
    ];
    prop::collection::vec(step, 0..200)
}

#[derive(Clone, Debug)]
struct Row {
    time: f64,
    continues: bool,
    values: BTreeMap<u32, f64>,
}

/// All rows in retention, as objects.
#[derive(Default)]
struct Model {
    rows: Vec<Row>,
    interrupted: bool,
}

impl Model {
    fn append(&mut self, time: f64, values: BTreeMap<u32, f64>) {
        let latest = self.rows.last().map_or(f64::NEG_INFINITY, |row| row.time);
        if time < latest - MIN_SPAN_MILLIS {
            self.rows.iter_mut().for_each(|row| row.time -= latest + 1.0 - time);
            self.interrupted = true;
        }
        let at = self.rows.last().map_or(time, |row| time.max(row.time + 1.0));
        let last = self.rows.len().saturating_sub(1);
        if !self.interrupted && self.is_near(last) {
            self.rows[last].time = at;
            self.rows[last].values.extend(values);
        } else {
            let continues = !self.rows.is_empty() && !std::mem::take(&mut self.interrupted);
            self.rows.push(Row { time: at, continues, values });
        }
        self.rows.retain(|row| row.time >= time - RETENTION_MILLIS);
    }

    fn continues(&self, place: usize) -> bool {
        place > 0 && self.rows[place].continues
    }

    /// Whether a row is one sample with the one before.
    fn is_near(&self, place: usize) -> bool {
        self.continues(place) && self.rows[place].time - self.rows[place - 1].time < MIN_SPAN_MILLIS
    }

    fn increase(&self, place: usize, instance: u32) -> Option<f64> {
        let now = *self.rows[place].values.get(&instance)?;
        if !self.continues(place) {
            return None;
        }
        let before = self.rows[place - 1].values.get(&instance).copied().unwrap_or(0.0);
        let full = FULL as f64;
        let has_wrapped = before > 0.75 * full && (0.0..0.25 * full).contains(&now);
        let now = if has_wrapped { now + full } else { now };
        (now >= before).then_some(now - before)
    }

    fn rate(&self, place: usize, instance: u32) -> Option<f64> {
        let increase = self.increase(place, instance)?;
        if !self.is_near(place) {
            return Some(1000.0 * increase / (self.rows[place].time - self.rows[place - 1].time));
        }
        if !self.continues(place - 1) {
            return None;
        }
        let was_there = self.rows[place - 1].values.contains_key(&instance);
        let before = if was_there { self.increase(place - 1, instance)? } else { 0.0 };
        Some(1000.0 * (before + increase) / (self.rows[place].time - self.rows[place - 2].time))
    }

    fn instances(&self) -> BTreeSet<u32> {
        self.rows.iter().flat_map(|row| row.values.keys().copied()).collect()
    }
}

fn build(steps: &[Step], limits: Limits, labels: impl Fn(u32) -> InstanceLabels) -> (Store, MetricId, Model) {
    let mut store = Store::new(limits);
    let id = store.add(MetricKind {
        semantics: Semantics::Counter,
        value_type: ValueType::U32,
        min_span_millis: MIN_SPAN_MILLIS,
    });
    let mut model = Model::default();
    let mut time = 1_000_000.0;
    for step in steps {
        match step {
            Step::Row { after_millis, values } => {
                time += f64::from(*after_millis);
                let values: BTreeMap<u32, f64> =
                    values.iter().map(|(instance, value)| (*instance, *value as f64)).collect();
                store.append(id, time, values.iter().map(|(instance, value)| (Some(*instance), *value)));
                model.append(time, values);
            }
            Step::Interrupt => {
                store.interrupt(id);
                model.interrupted = !model.rows.is_empty();
            }
        }
        let unlabelled: Vec<u32> =
            store.samples(id).into_iter().flat_map(|samples| samples.unlabelled()).collect();
        unlabelled.into_iter().for_each(|number| store.label(id, number, Arc::new(labels(number))));
    }
    (store, id, model)
}

fn samples(store: &Store, id: MetricId) -> &Samples {
    store.samples(id).expect("a metric of the store")
}

fn lines(max_series: usize, rate: bool) -> LineOptions {
    let quantity = if rate { Quantity::Rate { factor: 1.0 } } else { Quantity::Value };
    LineOptions { max_series, quantity }
}

/// Equal but for the last bits; no value is no value.
fn is_near(left: f64, right: f64) -> bool {
    (left.is_nan() && right.is_nan()) || (left - right).abs() <= 1e-12 * left.abs().max(right.abs())
}

fn limits() -> Limits {
    Limits { retention_millis: RETENTION_MILLIS, ..Limits::default() }
}

fn key_of(number: u32) -> InstanceLabels {
    InstanceLabels { key: vec![format!("k{number}").into()], bucket: None }
}

/// Buckets 1-1, 2-3, 4-7 of two keys.
fn bucket_of(number: u32) -> InstanceLabels {
    let low = 1_i64 << (number % 3);
    let bucket = Bucket { low: Some(low), high: Some(2 * low - 1) };
    InstanceLabels { key: vec![format!("k{}", number / 3).into()], bucket: Some(bucket) }
}

proptest! {
    #[test]
    fn lines_are_those_of_the_model(steps in steps(), from in 0.0..90_000.0, length in 0.0..60_000.0, rate: bool) {
        let (store, id, model) = build(&steps, limits(), key_of);
        let window = TimeWindow::new(1_000_000.0 + from, 1_000_000.0 + from + length);
        let frame = frame::time_series(samples(&store, id), window, &lines(100, rate));

        let inside: Vec<usize> = (0..model.rows.len())
            .filter(|place| (window.from_millis..=window.to_millis).contains(&model.rows[*place].time))
            .collect();
        let shown: BTreeSet<String> = model
            .instances()
            .into_iter()
            .filter(|instance| inside.iter().any(|place| model.rows[*place].values.contains_key(instance)))
            .map(|instance| format!("k{instance}"))
            .collect();
        prop_assert_eq!(frame.labels().map(InstanceLabels::instance_name).collect::<BTreeSet<_>>(), shown);
        prop_assert!(frame.times().is_sorted());
        for (line, labels) in frame.labels().enumerate() {
            let mut values = Vec::new();
            frame.push_values(line, &mut values);
            prop_assert_eq!(values.len(), frame.times().len());
            let instance: u32 = labels.instance_name()[1..].parse().expect("a number");
            // Points that no row made are gaps between two rows.
            let mut points = frame.times().iter().zip(&values);
            for &place in &inside {
                let expected = if rate {
                    model.rate(place, instance)
                } else {
                    model.rows[place].values.get(&instance).copied()
                };
                let found = loop {
                    let (time, value) = points.next().expect("a point for each row");
                    if *time == model.rows[place].time { break *value }
                    prop_assert!(value.is_nan() && !model.continues(place));
                };
                prop_assert!(is_near(found, expected.unwrap_or(f64::NAN)));
                prop_assert!(!rate || found.is_nan() || found >= 0.0);
            }
        }
    }

    #[test]
    fn the_rest_is_the_sum_of_the_lines_that_are_left_out(steps in steps(), max_series in 0_usize..5, rate: bool) {
        let (store, id, _) = build(&steps, limits(), key_of);
        let all = frame::time_series(samples(&store, id), TimeWindow::ALL, &lines(100, rate));
        let top = frame::time_series(samples(&store, id), TimeWindow::ALL, &lines(max_series, rate));
        prop_assert_eq!(top.labels().len() + top.omitted(), all.labels().len());
        prop_assert_eq!(top.rest().is_some(), top.omitted() > 0);
        let mut sum = vec![f64::NAN; all.times().len()];
        for line in top.labels().len()..all.labels().len() {
            let mut values = Vec::new();
            all.push_values(line, &mut values);
            for (sum, value) in sum.iter_mut().zip(values).filter(|(_, value)| !value.is_nan()) {
                *sum = if sum.is_nan() { value } else { *sum + value };
            }
        }
        let rest = top.rest().unwrap_or_else(|| vec![f64::NAN; sum.len()]);
        prop_assert!(rest.iter().zip(&sum).all(|(left, right)| is_near(*left, *right)));
    }

    #[test]
    fn heat_maps_are_those_of_the_model(steps in steps(), all_keys: bool) {
        let (store, id, model) = build(&steps, limits(), bucket_of);
        let key = (!all_keys).then_some("k1");
        let frame = frame::heat_map(samples(&store, id), TimeWindow::ALL, key);

        let chosen: Vec<u32> = model.instances().into_iter().filter(|number| all_keys || number / 3 == 1).collect();
        let columns = model.rows.len().saturating_sub(1);
        prop_assert_eq!(frame.counts.len(), columns * frame.buckets.len());
        prop_assert_eq!(frame.times.len(), if columns == 0 { 0 } else { columns + 1 });
        for column in 0..columns {
            let place = column + 1;
            for (row, bucket) in frame.buckets.iter().enumerate() {
                let found = frame.counts[column * frame.buckets.len() + row];
                let mut expected = if model.continues(place) { Some(0.0) } else { None };
                for number in chosen.iter().filter(|number| bucket_of(**number).bucket == Some(*bucket)) {
                    if model.rows[place].values.contains_key(number) {
                        expected = expected.zip(model.increase(place, *number)).map(|(sum, more)| sum + more);
                    }
                }
                prop_assert_eq!((!found.is_nan()).then_some(found), expected);
            }
        }
    }

    #[test]
    fn vanished_instances_are_freed(steps in steps()) {
        let (store, id, model) = build(&steps, limits(), key_of);
        let samples = samples(&store, id);
        prop_assert_eq!(samples.row_count(), model.rows.len());
        prop_assert_eq!(samples.instance_count(), model.instances().len());
    }

    #[test]
    fn memory_stays_below_its_bound(steps in steps_of(1..600), max_bytes in 0_usize..20_000) {
        let (store, id, model) = build(&steps, Limits { max_bytes, ..limits() }, key_of);
        prop_assert!(store.bytes() <= max_bytes);
        // What is left are the latest rows.
        let frame = frame::time_series(samples(&store, id), TimeWindow::ALL, &lines(100, false));
        if let (Some(last), Some(kept)) = (model.rows.last(), frame.times().last()) {
            prop_assert_eq!(last.time, *kept);
        }
    }
}
