//! What panels draw: frames of a target's metrics, laid out for JavaScript.
//!
//! A target or metric that is not there (yet) gives an empty frame: a page draws before the first value comes.

mod flame_graph;
mod heat_map;
mod metric_view;
mod table;
mod time_series;

pub use flame_graph::{FlameNode, FlameOptions, FlameTable};
pub use heat_map::{HeatBucket, HeatFrame, HeatOptions};
pub use metric_view::MetricView;
pub use table::{ColumnKind, TableCell, TableColumn, TableFrame};
pub use time_series::{SeriesFrame, SeriesLine, SeriesOptions};

use std::sync::Arc;

use bt_series::{Samples, TimeWindow};
use serde::ser::Error;
use serde::{Deserialize, Serializer};
use tsify::Tsify;

use super::Session;
use super::metric::{Data, Metric};

/// A window of time, in milliseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, Tsify)]
pub struct WindowOptions {
    /// First moment.
    pub from: f64,
    /// Last moment.
    pub to: f64,
}

impl WindowOptions {
    pub(crate) fn window(self) -> TimeWindow {
        TimeWindow::new(self.from, self.to)
    }
}

impl Session {
    /// A metric of the version that `target` shows.
    pub(super) fn metric(&self, target: &str, leaf: &str) -> Option<&Metric> {
        self.shown(target)?.metrics.get(leaf)
    }

    /// A metric's samples, if it is one of numbers.
    pub(super) fn samples(&self, metric: &Metric) -> Option<&Samples> {
        match metric.data {
            Data::Numbers(id) => self.store.samples(id),
            Data::Texts(_) => None,
        }
    }
}

/// Unit of a counter's rate, and what the rate is multiplied by. Time per second is utilisation: 1 is one CPU, or
/// whatever else is counted, all the time.
fn rate_unit(units: &str) -> (String, f64) {
    let seconds = match units {
        "nanosec" => 1e-9,
        "microsec" => 1e-6,
        "millisec" => 1e-3,
        "sec" => 1.0,
        "min" => 60.0,
        "hour" => 3600.0,
        "none" | "" => return ("/s".to_string(), 1.0),
        units => return (format!("{units}/s"), 1.0),
    };
    ("utilisation".to_string(), seconds)
}

/// Writes numbers as one `Float64Array`: a copy, which stays valid when the memory of the core grows.
fn as_float64_array<S: Serializer>(numbers: &[f64], serializer: S) -> Result<S::Ok, S::Error> {
    serde_wasm_bindgen::preserve::serialize(&js_sys::Float64Array::from(numbers), serializer)
}

fn as_optional_float64_array<S: Serializer>(
    numbers: &Option<Vec<f64>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    as_float64_array(numbers.as_deref().unwrap_or_default(), serializer)
}

/// Writes texts as one JSON text that JavaScript reads, without a call for each of them.
fn as_many_texts<S: Serializer>(texts: &[String], serializer: S) -> Result<S::Ok, S::Error> {
    let json = serde_json::to_string(texts).map_err(S::Error::custom)?;
    let list = js_sys::JSON::parse(&json).map_err(|_| S::Error::custom("the texts are no JSON"))?;
    serde_wasm_bindgen::preserve::serialize(&list, serializer)
}

fn as_texts<S: Serializer>(texts: &[Arc<str>], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(texts.iter().map(|text| &**text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_per_second_is_utilisation() {
        for (units, expected) in [
            ("nanosec", ("utilisation", 1e-9)),
            ("microsec", ("utilisation", 1e-6)),
            ("hour", ("utilisation", 3600.0)),
            ("byte", ("byte/s", 1.0)),
            ("microsec / byte", ("microsec / byte/s", 1.0)),
            ("none", ("/s", 1.0)),
        ] {
            let (unit, factor) = rate_unit(units);
            assert_eq!((unit.as_str(), factor), expected, "{units}");
        }
    }
}
