//! Lines over time.

use bt_series::frame::{self, LineOptions};
use serde::{Deserialize, Serialize};
use tsify::Tsify;

use super::{WindowOptions, as_float64_array, as_optional_float64_array, rate_unit};
use crate::session::Session;

/// Lines of a frame if nobody says how many.
const DEFAULT_MAX_SERIES: usize = 20;

/// What lines to draw.
#[derive(Clone, Debug, PartialEq, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct SeriesOptions {
    /// First moment, in milliseconds since 1970.
    pub from: f64,
    /// Last moment.
    pub to: f64,
    /// Number of lines at most: those with the largest recent values; 20 by default.
    #[serde(default)]
    pub max_series: Option<u32>,
    /// Increase per second instead of the value; by default for counters only.
    #[serde(default)]
    pub rate: Option<bool>,
    /// Adds up the lines that are left out.
    #[serde(default)]
    pub rest: Option<bool>,
}

/// Lines over one time axis.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(missing_as_null)]
pub struct SeriesFrame {
    /// Milliseconds since 1970, ascending.
    #[serde(serialize_with = "as_float64_array")]
    #[tsify(type = "Float64Array")]
    pub times: Vec<f64>,
    /// The lines, largest recent value first.
    pub series: Vec<SeriesLine>,
    /// The sum of the lines that are left out, if it was asked for and there are some; NaN where none has a value.
    #[serde(serialize_with = "as_optional_float64_array", skip_serializing_if = "Option::is_none")]
    #[tsify(type = "Float64Array")]
    pub rest: Option<Vec<f64>>,
    /// Lines that are left out.
    pub omitted: u32,
    /// Unit of the values as PCP spells it; `/s` behind it for rates, `utilisation` for a rate of time: 1 is one second
    /// a second.
    pub unit: String,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
pub struct SeriesLine {
    /// Name for a legend; the map's leaf for a metric without keys.
    pub label: String,
    /// Parts of the map key.
    pub key: Vec<String>,
    /// Lowest value of a histogram's bucket; absent if unbounded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub low: Option<f64>,
    /// Highest value of a histogram's bucket; absent if unbounded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub high: Option<f64>,
    /// A value per time, NaN is a gap.
    #[serde(serialize_with = "as_float64_array")]
    #[tsify(type = "Float64Array")]
    pub values: Vec<f64>,
}

impl Session {
    /// The lines of a metric.
    pub fn time_series(&self, target: &str, leaf: &str, options: &SeriesOptions) -> SeriesFrame {
        let Some(metric) = self.metric(target, leaf) else { return SeriesFrame::default() };
        let Some(samples) = self.samples(metric) else { return SeriesFrame::default() };
        let rate = options.rate.unwrap_or(samples.is_counter());
        let max_series = options.max_series.map_or(DEFAULT_MAX_SERIES, |max| max as usize);
        let window = WindowOptions { from: options.from, to: options.to }.window();
        let (unit, factor) =
            if rate { rate_unit(metric.value_units()) } else { (metric.value_units().to_string(), 1.0) };
        let rest = options.rest.unwrap_or_default();
        let frame = frame::time_series(samples, window, &LineOptions { max_series, rate, factor, rest });
        SeriesFrame {
            times: frame.times,
            series: frame.series.into_iter().map(|series| line(series, leaf)).collect(),
            omitted: (frame.omitted + samples.refused_instances()) as u32,
            rest: frame.rest,
            unit,
        }
    }
}

fn line(series: frame::Series, leaf: &str) -> SeriesLine {
    let label = if series.label.is_empty() { leaf.to_string() } else { series.label };
    let bound = |bound: Option<i64>| bound.map(|bound| bound as f64);
    let (low, high) = series.bucket.map_or((None, None), |bucket| (bound(bucket.low), bound(bucket.high)));
    SeriesLine { label, key: series.key, low, high, values: series.values }
}
