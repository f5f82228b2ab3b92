//! A tree of stacks.

use bt_series::frame;
use serde::{Deserialize, Serialize};
use tsify::Tsify;

use super::{WindowOptions, as_float64_array, as_many_texts};
use crate::session::Session;

/// A function, below it its callees. The root is `all`.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
pub struct FlameNode {
    /// Function, or another part of the key.
    pub name: String,
    /// Its own samples and those of everything that it called.
    pub value: f64,
    /// Callees by name.
    pub children: Vec<FlameNode>,
}

/// Which stacks and frames to show, of which window.
#[derive(Clone, Debug, PartialEq, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct FlameOptions {
    /// First moment, in milliseconds since 1970.
    pub from: f64,
    /// Last moment.
    pub to: f64,
    /// Stacks with fewer samples are left out.
    #[serde(default)]
    pub min_samples: Option<f64>,
    /// Leaves out frames without a symbol (`0x7f…`, `[unknown]`), and samples that have nothing else.
    #[serde(default)]
    pub hide_unresolved: Option<bool>,
    /// Leaves out stacks of an idle CPU.
    #[serde(default)]
    pub hide_idle: Option<bool>,
}

/// A flame graph as a nested set: an entry per function, depth first; the root `all` is at level 0 and always there.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
pub struct FlameTable {
    /// Depth of each function.
    #[serde(serialize_with = "as_float64_array")]
    #[tsify(type = "Float64Array")]
    pub levels: Vec<f64>,
    /// Its own samples and those of everything that it called.
    #[serde(serialize_with = "as_float64_array")]
    #[tsify(type = "Float64Array")]
    pub values: Vec<f64>,
    /// Its own samples.
    #[serde(serialize_with = "as_float64_array")]
    #[tsify(type = "Float64Array")]
    pub selfs: Vec<f64>,
    /// Function, or another part of the key.
    #[serde(serialize_with = "as_many_texts")]
    #[tsify(type = "string[]")]
    pub labels: Vec<String>,
}

impl Session {
    /// The flame graph of a metric as a nested set.
    pub fn flame_table(&self, target: &str, leaf: &str, options: &FlameOptions) -> FlameTable {
        let samples = self.metric(target, leaf).and_then(|metric| self.samples(metric));
        let window = WindowOptions { from: options.from, to: options.to }.window();
        let filter = frame::FlameOptions {
            min_samples: options.min_samples.unwrap_or_default(),
            hide_unresolved: options.hide_unresolved.unwrap_or_default(),
            hide_idle: options.hide_idle.unwrap_or_default(),
        };
        let table = samples
            .map_or_else(frame::FlameTable::empty, |samples| frame::flame_table(samples, window, &filter));
        let frame::FlameTable { levels, values, selfs, labels } = table;
        FlameTable { levels: levels.into_iter().map(f64::from).collect(), values, selfs, labels }
    }

    /// The flame graph of a metric: what a counter has counted in the window, or its latest values.
    pub fn flame_graph(&self, target: &str, leaf: &str, options: WindowOptions) -> FlameNode {
        let samples = self.metric(target, leaf).and_then(|metric| self.samples(metric));
        match samples {
            Some(samples) => frame::flame_graph(samples, options.window()).into(),
            None => FlameNode { name: "all".to_string(), value: 0.0, children: Vec::new() },
        }
    }
}

impl From<frame::FlameNode> for FlameNode {
    fn from(node: frame::FlameNode) -> FlameNode {
        let children = node.children.into_iter().map(FlameNode::from).collect();
        FlameNode { name: node.name, value: node.value, children }
    }
}
