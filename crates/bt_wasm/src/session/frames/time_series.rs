//! Lines over time.

use std::sync::Arc;

use bt_metrics::InstanceLabels;
use bt_series::frame::{self, LineOptions, Quantity};
use serde::{Deserialize, Serialize};
use tsify::{Ts, Tsify};
use wasm_bindgen::{JsCast, JsError, JsValue};

use super::{WindowOptions, as_float64_array, as_optional_float64_array, as_texts, rate_unit};
use crate::session::Session;

/// Lines of a frame if nobody says how many.
const DEFAULT_MAX_SERIES: usize = 20;
/// Numbers that go to JavaScript at once, and share a buffer there: half a megabyte.
const BATCH_NUMBERS: usize = 65_536;

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
    #[serde(serialize_with = "as_texts")]
    #[tsify(type = "string[]")]
    pub key: Vec<Arc<str>>,
    /// Lowest value of a histogram's bucket; absent if unbounded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub low: Option<f64>,
    /// Highest value of a histogram's bucket; absent if unbounded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub high: Option<f64>,
    /// A value per time, NaN is a gap.
    // `copy_values` adds them in JavaScript.
    #[serde(serialize_with = "as_float64_array", skip_serializing_if = "Vec::is_empty")]
    #[tsify(type = "Float64Array")]
    pub values: Vec<f64>,
}

impl Session {
    /// The lines of a metric.
    pub fn time_series(&self, target: &str, leaf: &str, options: &SeriesOptions) -> SeriesFrame {
        let (mut frame, lines) = self.lines(target, leaf, options);
        for (place, line) in frame.series.iter_mut().enumerate() {
            lines.iter().for_each(|lines| lines.push_values(place, &mut line.values));
        }
        frame
    }

    /// The same for JavaScript: the values go from the store straight into its memory.
    pub(crate) fn time_series_to_js(
        &self,
        target: &str,
        leaf: &str,
        options: &SeriesOptions,
    ) -> Result<Ts<SeriesFrame>, JsError> {
        let (frame, lines) = self.lines(target, leaf, options);
        let frame = frame.into_ts()?;
        if let Some(lines) = lines {
            copy_values(&frame.js_value(), &lines).map_err(|_| JsError::new("the frame takes no values"))?;
        }
        Ok(frame)
    }

    /// A frame whose lines have no values yet, and where these come from.
    fn lines(
        &self,
        target: &str,
        leaf: &str,
        options: &SeriesOptions,
    ) -> (SeriesFrame, Option<frame::TimeSeries<'_>>) {
        let metric = self.metric(target, leaf);
        let Some((metric, samples)) = metric.and_then(|metric| Some((metric, self.samples(metric)?))) else {
            return (SeriesFrame::default(), None);
        };
        let rate = options.rate.unwrap_or(samples.is_counter());
        let max_series = options.max_series.map_or(DEFAULT_MAX_SERIES, |max| max as usize);
        let units = metric.value_units();
        let (unit, quantity) = match rate {
            true => {
                let (unit, factor) = rate_unit(units);
                (unit, Quantity::Rate { factor })
            }
            false => (units.to_string(), Quantity::Value),
        };
        let window = WindowOptions { from: options.from, to: options.to }.window();
        let lines = frame::time_series(samples, window, &LineOptions { max_series, quantity });
        let frame = SeriesFrame {
            times: lines.times().to_vec(),
            series: lines.labels().map(|labels| line(labels, leaf)).collect(),
            rest: options.rest.unwrap_or_default().then(|| lines.rest()).flatten(),
            omitted: (lines.omitted() + samples.refused_instances()) as u32,
            unit,
        };
        (frame, Some(lines))
    }
}

fn line(labels: &InstanceLabels, leaf: &str) -> SeriesLine {
    let name = labels.instance_name();
    let bound = |bound: Option<i64>| bound.map(|bound| bound as f64);
    SeriesLine {
        label: if name.is_empty() { leaf.to_string() } else { name },
        key: labels.key.clone(),
        low: labels.bucket.and_then(|bucket| bound(bucket.low)),
        high: labels.bucket.and_then(|bucket| bound(bucket.high)),
        values: Vec::new(),
    }
}

/// Gives each line its values. Neighbours share a buffer: a copy and an allocation for each line would take longer than
/// their numbers.
fn copy_values(frame: &JsValue, lines: &frame::TimeSeries<'_>) -> Result<(), JsValue> {
    let list: js_sys::Array = js_sys::Reflect::get(frame, &"series".into())?.unchecked_into();
    let name = JsValue::from("values");
    let points = lines.times().len();
    let lines_a_batch = BATCH_NUMBERS.div_ceil(points.max(1));
    let mut numbers = Vec::new();
    for batch in lines.places_in_memory().chunks(lines_a_batch) {
        numbers.clear();
        batch.iter().for_each(|&place| lines.push_values(place, &mut numbers));
        let buffer = js_sys::Float64Array::from(&numbers[..]);
        for (start, &place) in (0..).step_by(points.max(1)).zip(batch) {
            let values = buffer.subarray(start, start + points as u32);
            js_sys::Reflect::set(&list.get(place as u32), &name, &values)?;
        }
    }
    Ok(())
}
