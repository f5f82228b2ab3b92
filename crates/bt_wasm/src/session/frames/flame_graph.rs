//! A tree of stacks.

use bt_series::frame;
use serde::Serialize;
use tsify::Tsify;

use super::WindowOptions;
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

impl Session {
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
