//! Frames of small stores, as text.

mod flame_graph;
mod heat_map;
mod table;
mod time_series;

use std::sync::Arc;

use bt_metrics::{Bucket, InstanceLabels, Semantics, ValueType};
use bt_series::{MetricId, MetricKind, Samples, Store};

fn labels(key: &[&str], bucket: Option<&str>) -> Arc<InstanceLabels> {
    let bucket = bucket.map(|name| Bucket::from_instance_name(name).expect("a bucket's name"));
    Arc::new(InstanceLabels { key: key.iter().map(|part| (*part).into()).collect(), bucket })
}

/// A metric whose instances are `names`; `rows` holds a value per instance, a second apart, NaN for none.
fn metric(
    store: &mut Store,
    semantics: Semantics,
    names: &[Arc<InstanceLabels>],
    rows: &[&[f64]],
) -> MetricId {
    let id = store.add(kind(semantics));
    for (second, row) in rows.iter().enumerate() {
        let values = row.iter().enumerate().map(|(number, value)| (Some(number as u32), *value));
        store.append(id, second as f64 * 1000.0, values);
        for (number, labels) in names.iter().enumerate() {
            store.label(id, number as u32, labels.clone());
        }
    }
    id
}

fn samples(store: &Store, id: MetricId) -> &Samples {
    store.samples(id).expect("a metric of the store")
}

const NONE: f64 = f64::NAN;

fn numbers(values: &[f64]) -> String {
    let texts: Vec<String> =
        values.iter().map(|value| if value.is_nan() { "-".into() } else { value.to_string() }).collect();
    texts.join(" ")
}
/// Numbers of 64 bits whose prints are half a second apart at least.
fn kind(semantics: Semantics) -> MetricKind {
    MetricKind { semantics, value_type: ValueType::U64, min_span_millis: 500.0 }
}
