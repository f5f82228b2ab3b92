//! Counts over time and buckets.

use bt_metrics::Bucket;
use bt_series::frame;
use serde::{Deserialize, Serialize};
use tsify::Tsify;

use super::{WindowOptions, as_float64_array};
use crate::session::Session;

/// What heat map to draw.
#[derive(Clone, Debug, PartialEq, Deserialize, Tsify)]
pub struct HeatOptions {
    /// First moment, in milliseconds since 1970.
    pub from: f64,
    /// Last moment.
    pub to: f64,
    /// The histogram of this key, as `keys` lists it; by default all keys together.
    #[serde(default)]
    pub key: Option<String>,
}

/// Counts per time column and bucket.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Tsify)]
pub struct HeatFrame {
    /// Start of each column and, last, the end of the last one, in milliseconds since 1970.
    #[serde(serialize_with = "as_float64_array")]
    #[tsify(type = "Float64Array")]
    pub times: Vec<f64>,
    /// Buckets from the lowest to the highest, without holes.
    pub buckets: Vec<HeatBucket>,
    /// Column after column, each with a count per bucket; NaN where the count cannot be told.
    #[serde(serialize_with = "as_float64_array")]
    #[tsify(type = "Float64Array")]
    pub counts: Vec<f64>,
    /// The largest count.
    pub max: f64,
    /// Unit of the bounds as PCP spells it.
    pub unit: String,
    /// The keys that a keyed histogram has, sorted.
    pub keys: Vec<String>,
}

/// A bucket; both bounds are included.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
pub struct HeatBucket {
    /// Lowest value; `undefined` if unbounded.
    pub low: Option<f64>,
    /// Highest value; `undefined` if unbounded.
    pub high: Option<f64>,
}

impl Session {
    /// The heat map of a metric.
    pub fn heat_map(&self, target: &str, leaf: &str, options: &HeatOptions) -> HeatFrame {
        let Some(metric) = self.metric(target, leaf) else { return HeatFrame::default() };
        let Some(samples) = self.samples(metric) else { return HeatFrame::default() };
        let window = WindowOptions { from: options.from, to: options.to }.window();
        let frame = frame::heat_map(samples, window, options.key.as_deref());
        HeatFrame {
            times: frame.times,
            buckets: frame.buckets.into_iter().map(heat_bucket).collect(),
            counts: frame.counts,
            max: frame.max,
            unit: metric.units.clone(),
            keys: frame.keys,
        }
    }
}

fn heat_bucket(bucket: Bucket) -> HeatBucket {
    let bound = |bound: Option<i64>| bound.map(|bound| bound as f64);
    HeatBucket { low: bound(bucket.low), high: bound(bucket.high) }
}
