//! A tree of stacks: which share of the samples each function has.

use std::collections::BTreeMap;

use bt_metrics::InstanceLabels;

use crate::columns::{Column, Samples};
use crate::counter;
use crate::window::TimeWindow;

/// A function, below it its callees.
#[derive(Clone, Debug, PartialEq)]
pub struct FlameNode {
    /// Function, or another part of the key; `all` at the root.
    pub name: String,
    /// Its own samples and those of everything it called.
    pub value: f64,
    /// Callees by name.
    pub children: Vec<FlameNode>,
}

/// Frames of one stack that are kept, from the root; deeper ones count for the last kept one.
const MAX_DEPTH: usize = 512;
/// Functions of the tree; at the bound a stack counts for the last frame that exists.
const MAX_NODES: usize = 100_000;

/// The flame graph of a window: what counters have counted in it, or the latest values of anything else.
pub fn flame_graph(samples: &Samples, window: TimeWindow) -> FlameNode {
    let mut tree = Tree::new();
    for column in samples.columns() {
        let value = value_in(samples, column, window);
        if let Some(labels) = column.labels.as_deref().filter(|_| value > 0.0) {
            tree.add(&stack_of(labels), value);
        }
    }
    tree.into_root()
}

fn value_in(samples: &Samples, column: &Column, window: TimeWindow) -> f64 {
    let rows = samples.rows(window);
    if !samples.is_counter() {
        return rows.rev().map(|row| column.value(row)).find(|value| !value.is_nan()).unwrap_or(0.0);
    }
    rows.map(|row| counter::increase(samples, column, row)).filter(|increase| !increase.is_nan()).sum()
}

/// The frames of a key, root first. A part with line ends is a stack, printed leaf first; the others, such as the
/// command, are below it. Of several stacks the first one is on top: `@[kstack, ustack]`.
fn stack_of(labels: &InstanceLabels) -> Vec<&str> {
    let mut plain: Vec<&str> = Vec::new();
    let mut frames: Vec<&str> = Vec::new();
    for part in labels.key.iter().rev() {
        match part.split_once('\n') {
            Some((before, stack)) => {
                // An agent without labels joins the parts by commas: `dd,` before a stack, `,dd` after it.
                let (stack, after) = stack.rsplit_once('\n').unwrap_or((stack, ""));
                plain.splice(0..0, [before, after]);
                frames.extend(stack.lines().rev().map(function_name));
            }
            None => plain.insert(0, part),
        }
    }
    let names = plain.into_iter().chain(frames).map(|name| name.trim_matches(','));
    names.filter(|name| !name.is_empty()).take(MAX_DEPTH).collect()
}

/// `do_sys_open+23` or `main+4 (/bin/cat)` without what follows the name, so that the same function is one frame.
fn function_name(line: &str) -> &str {
    let line = line.trim();
    let symbol = line.split_once(" (").map_or(line, |(symbol, _module)| symbol);
    match symbol.rsplit_once('+') {
        Some((name, offset)) if !name.is_empty() && is_offset(offset) => name,
        _ => line,
    }
}

fn is_offset(text: &str) -> bool {
    match text.strip_prefix("0x") {
        Some(digits) => !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_hexdigit()),
        None => !text.is_empty() && text.bytes().all(|digit| digit.is_ascii_digit()),
    }
}

/// Nodes in one list, children by name: no recursion while it grows.
struct Tree {
    nodes: Vec<Node>,
}

struct Node {
    name: String,
    value: f64,
    children: BTreeMap<String, usize>,
}

impl Tree {
    fn new() -> Tree {
        Tree { nodes: vec![Node { name: "all".into(), value: 0.0, children: BTreeMap::new() }] }
    }

    fn add(&mut self, stack: &[&str], value: f64) {
        let mut place = 0;
        self.nodes[place].value += value;
        for name in stack {
            let Some(child) = self.child(place, name) else { return };
            place = child;
            self.nodes[place].value += value;
        }
    }

    fn child(&mut self, parent: usize, name: &str) -> Option<usize> {
        if let Some(&child) = self.nodes[parent].children.get(name) {
            return Some(child);
        }
        if self.nodes.len() >= MAX_NODES {
            return None;
        }
        let child = self.nodes.len();
        self.nodes.push(Node { name: name.into(), value: 0.0, children: BTreeMap::new() });
        self.nodes[parent].children.insert(name.into(), child);
        Some(child)
    }

    fn into_root(mut self) -> FlameNode {
        self.take(0)
    }

    /// The nested form of a node; the recursion is at most [`MAX_DEPTH`] deep.
    fn take(&mut self, place: usize) -> FlameNode {
        let name = std::mem::take(&mut self.nodes[place].name);
        let children = std::mem::take(&mut self.nodes[place].children);
        let value = self.nodes[place].value;
        FlameNode { name, value, children: children.into_values().map(|child| self.take(child)).collect() }
    }
}
