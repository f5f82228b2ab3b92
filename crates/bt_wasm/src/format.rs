//! Which pictures make sense for the values of a metric.

use bt_metrics::MetricType;
use serde::Serialize;
use tsify::Tsify;

/// A picture of a metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Lines over time.
    TimeSeries,
    /// Counts over time and buckets.
    HeatMap,
    /// The values of this moment.
    Table,
    /// Stacks, as wide as their share.
    FlameGraph,
}

impl Format {
    /// The pictures that make sense, the default first; never empty.
    ///
    /// `is_text`: the values are text, which has no place on an axis.
    pub fn choices(metric_type: Option<MetricType>, is_text: bool) -> Vec<Format> {
        match metric_type {
            Some(MetricType::Output) => vec![Format::Table],
            _ if is_text => vec![Format::Table],
            Some(MetricType::Histogram) => vec![Format::HeatMap, Format::TimeSeries, Format::Table],
            Some(MetricType::Stacks) => vec![Format::FlameGraph, Format::Table],
            None => vec![Format::TimeSeries, Format::Table],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_follows_the_label_and_then_the_type() {
        let default = |metric_type, is_text| Format::choices(metric_type, is_text)[0];
        assert_eq!(default(None, false), Format::TimeSeries);
        assert_eq!(default(None, true), Format::Table);
        assert_eq!(default(Some(MetricType::Histogram), false), Format::HeatMap);
        assert_eq!(default(Some(MetricType::Stacks), false), Format::FlameGraph);
        assert_eq!(default(Some(MetricType::Output), true), Format::Table);
    }
}
