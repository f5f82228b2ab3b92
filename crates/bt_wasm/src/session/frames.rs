//! What panels draw: frames of a target's metrics, laid out for JavaScript.
//!
//! A target or metric that is not there (yet) gives an empty frame: a page draws before the first value comes.

mod flame_graph;
mod heat_map;
mod metric_view;
mod table;
mod time_series;

pub use flame_graph::FlameNode;
pub use heat_map::{HeatBucket, HeatFrame, HeatOptions};
pub use metric_view::MetricView;
pub use table::{ColumnKind, TableCell, TableColumn, TableFrame};
pub use time_series::{SeriesFrame, SeriesLine, SeriesOptions};

use bt_series::{Samples, TimeWindow};
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
        self.panels.get(target)?.shown.as_ref()?.metrics.get(leaf)
    }

    /// A metric's samples, if it is one of numbers.
    pub(super) fn samples(&self, metric: &Metric) -> Option<&Samples> {
        match metric.data {
            Data::Numbers(id) => self.store.samples(id),
            Data::Texts(_) => None,
        }
    }
}

/// Unit of a counter's rate.
fn rate_unit(units: &str) -> String {
    match units {
        "none" | "" => "/s".to_string(),
        units => format!("{units}/s"),
    }
}

/// Writes numbers as one `Float64Array`: a copy, which stays valid when the memory of the core grows.
fn as_float64_array<S: Serializer>(numbers: &[f64], serializer: S) -> Result<S::Ok, S::Error> {
    serde_wasm_bindgen::preserve::serialize(&js_sys::Float64Array::from(numbers), serializer)
}

/// Writes numbers as an array with `null` for NaN, which is what chart libraries take for a gap.
fn as_numbers_and_nulls<S: Serializer>(numbers: &[f64], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(numbers.iter().map(|number| (!number.is_nan()).then_some(*number)))
}
