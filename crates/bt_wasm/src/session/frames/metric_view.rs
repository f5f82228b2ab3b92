//! The metrics that a target has.

use bt_metrics::{MetricType, Semantics};
use bt_series::Samples;
use serde::Serialize;
use tsify::Tsify;

use crate::format::Format;
use crate::session::Session;
use crate::session::metric::{Data, Metric};

/// A metric of a target.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct MetricView {
    /// Full name.
    pub name: String,
    /// Name below the script's: `usecs`, `x.count`, `output`.
    pub leaf: String,
    /// Name of the map: `@usecs`; `@` for `root`, `output` for printed text.
    pub map: String,
    /// Whether the map only helps the script, as a start time per thread does: it is only stored, read and deleted by key.
    pub scratch: bool,
    /// The label that chooses its picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[tsify(type = "\"histogram\" | \"stacks\" | \"output\"")]
    pub metrictype: Option<MetricType>,
    /// Counter or not.
    #[tsify(type = "\"counter\" | \"instant\" | \"discrete\"")]
    pub semantics: Semantics,
    /// Unit as PCP spells it.
    pub units: String,
    /// The pictures that make sense, the default first.
    pub formats: Vec<Format>,
    /// The picture to draw if nobody chose one.
    pub default_format: Format,
    /// Instances that have a value.
    pub instances: u32,
    /// Changes with new data.
    pub generation: u32,
}

impl Session {
    /// The metrics of the version that `target` shows.
    pub fn metrics(&self, target: &str) -> Vec<MetricView> {
        let shown = self.shown(target);
        let metrics = shown.into_iter().flat_map(|script| &script.metrics);
        metrics.map(|(leaf, metric)| self.metric_view(leaf, metric)).collect()
    }

    fn metric_view(&self, leaf: &str, metric: &Metric) -> MetricView {
        let instances = match &metric.data {
            Data::Numbers(id) => self.store.samples(*id).map_or(0, Samples::instance_count),
            Data::Texts(texts) => texts.values.len(),
        };
        let formats = Format::choices(metric.metric_type, matches!(metric.data, Data::Texts(_)));
        MetricView {
            name: metric.name.clone(),
            leaf: leaf.to_string(),
            map: map_name(leaf, metric),
            scratch: metric.is_scratch,
            metrictype: metric.metric_type,
            semantics: metric.semantics,
            units: metric.units.clone(),
            default_format: formats[0],
            formats,
            instances: instances as u32,
            generation: self.generation(metric),
        }
    }

    /// Changes with new data.
    pub(in crate::session) fn generation(&self, metric: &Metric) -> u32 {
        match &metric.data {
            Data::Numbers(id) => self.store.samples(*id).map_or(0, Samples::generation),
            Data::Texts(texts) => texts.generation,
        }
    }
}

/// The map's name as the agent's help text begins with it (`@usecs variable of …`), else made of the leaf. The three
/// metrics of a `stats()` map (`@usecs.count variable of …`) have the same: a map's own name has no dot.
fn map_name(leaf: &str, metric: &Metric) -> String {
    if metric.metric_type == Some(MetricType::Output) {
        return leaf.to_string();
    }
    let told = metric.help.split(' ').next().filter(|word| word.starts_with('@'));
    let name = told.map_or_else(|| format!("@{leaf}"), str::to_string);
    name.split('.').next().unwrap_or_default().to_string()
}
