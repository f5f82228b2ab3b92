//! A tree of stacks: which share of the samples each function has.

use std::ops::Range;

use bt_metrics::InstanceLabels;
use rustc_hash::FxHashMap;

use crate::column::Column;
use crate::counter;
use crate::order::sort_by;
use crate::samples::Samples;
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

/// Which stacks and frames to show.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct FlameOptions {
    /// Stacks with fewer samples in the window are left out.
    pub min_samples: f64,
    /// Whether frames without a symbol (`0x7f…`, `[unknown]`) are left out, and samples that have nothing else: those of a
    /// program in user space have no kernel stack.
    pub hide_unresolved: bool,
    /// Whether stacks of an idle CPU are left out.
    pub hide_idle: bool,
}

/// A flame graph as a nested set: a row per function, depth first; the root `all` is at level 0 and always there.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FlameTable {
    /// Depth of each function.
    pub levels: Vec<u32>,
    /// Its own samples and those of everything that it called.
    pub values: Vec<f64>,
    /// Its own samples.
    pub selfs: Vec<f64>,
    /// Function, or another part of the key.
    pub labels: Vec<String>,
}

/// Frames of one stack that are kept, from the root; deeper ones count for the last kept one.
const MAX_DEPTH: usize = 512;
/// Functions of the tree; at the bound a stack counts for the last frame that exists.
const MAX_NODES: usize = 100_000;

/// The flame graph of a window: what counters have counted in it, or the latest values of anything else.
pub fn flame_graph(samples: &Samples, window: TimeWindow) -> FlameNode {
    Tree::grow(samples, window, &FlameOptions::default()).nested(0)
}

/// The same as a nested set, of the stacks and frames that are wanted.
pub fn flame_table(samples: &Samples, window: TimeWindow, options: &FlameOptions) -> FlameTable {
    Tree::grow(samples, window, options).into_table()
}

impl FlameTable {
    /// A graph of nothing: the root alone.
    pub fn empty() -> FlameTable {
        Tree::new().into_table()
    }
}

/// Functions in which a kernel waits for something to do, by how their names begin: `cpuidle_enter_state`,
/// `intel_idle_irq`, `mwait_idle_with_hints`. A stack that was cut at a few frames has the last of them only.
const IDLE_PREFIXES: [&str; 4] = ["cpuidle_enter", "intel_idle", "acpi_idle_", "mwait_idle"];
const IDLE_FUNCTIONS: [&str; 13] = [
    "do_idle",
    "default_idle",
    "default_idle_call",
    "default_enter_idle",
    "arch_cpu_idle",
    "cpu_idle_poll",
    "cpu_startup_entry",
    "native_safe_halt",
    "pv_native_safe_halt",
    "acpi_safe_halt",
    "xen_safe_halt",
    "tdx_safe_halt",
    "poll_idle",
];

/// Whether a frame, or the command beside the stack, tells that the CPU had nothing to do.
fn is_idle(name: &str) -> bool {
    IDLE_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
        || IDLE_FUNCTIONS.contains(&name)
        || name == "swapper"
        || name.starts_with("swapper/")
}

/// An address that no symbol table explains.
fn is_unresolved(name: &str) -> bool {
    let is_address =
        |digits: &str| !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    name == "[unknown]" || name.strip_prefix("0x").is_some_and(is_address)
}

/// The latest of the rows in which anything has a value: all of them are shown as of that moment, so that what has vanished
/// by then counts no more.
fn latest_row(samples: &Samples, rows: &Range<u64>) -> Option<u64> {
    let latest = |column: &Column| rows.clone().rev().find(|row| !column.value(*row).is_nan());
    samples.columns().iter().filter_map(latest).max()
}

fn increase_in(samples: &Samples, column: &Column, runs: &[Range<u64>]) -> f64 {
    let mut increases = Vec::new();
    for run in runs {
        counter::push_increases(samples, column, run.clone(), &mut increases);
    }
    increases.into_iter().filter(|increase| !increase.is_nan()).sum()
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
    // Quicker than a search for a text, which prepares itself for each of thousands of lines.
    let module = line.as_bytes().windows(2).position(|pair| pair == b" (");
    let symbol = module.map_or(line, |start| &line[..start]);
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

/// Nodes in one list: no recursion while it grows.
struct Tree<'a> {
    nodes: Vec<Node<'a>>,
    /// The node of each function below a node.
    places: FxHashMap<(usize, &'a str), usize>,
}

struct Node<'a> {
    name: &'a str,
    value: f64,
    callees: Vec<usize>,
}

impl<'a> Tree<'a> {
    fn new() -> Tree<'a> {
        let root = Node { name: "all", value: 0.0, callees: Vec::new() };
        Tree { nodes: vec![root], places: FxHashMap::default() }
    }

    fn grow(samples: &'a Samples, window: TimeWindow, options: &FlameOptions) -> Tree<'a> {
        let mut tree = Tree::new();
        let rows = samples.rows(window);
        let runs = samples.runs(rows.clone());
        let latest_row = if samples.is_counter() { None } else { latest_row(samples, &rows) };
        for column in samples.columns() {
            let Some(labels) = column.labels.as_deref() else { continue };
            let value = match latest_row {
                Some(row) => column.value(row),
                None => increase_in(samples, column, &runs),
            };
            if value.is_nan() || value <= 0.0 || value < options.min_samples {
                continue;
            }
            let mut stack = stack_of(labels);
            if options.hide_idle && stack.iter().any(|name| is_idle(name)) {
                continue;
            }
            if options.hide_unresolved {
                stack.retain(|name| !is_unresolved(name));
                if stack.is_empty() {
                    continue;
                }
            }
            tree.add(&stack, value);
        }
        for place in 0..tree.nodes.len() {
            // Most functions have one.
            if tree.nodes[place].callees.len() < 2 {
                continue;
            }
            let mut callees = std::mem::take(&mut tree.nodes[place].callees);
            sort_by(&mut callees, |&left, &right| tree.nodes[left].name.cmp(tree.nodes[right].name));
            tree.nodes[place].callees = callees;
        }
        tree
    }

    fn add(&mut self, stack: &[&'a str], value: f64) {
        let mut place = 0;
        self.nodes[place].value += value;
        for name in stack {
            let Some(callee) = self.callee(place, name) else { return };
            place = callee;
            self.nodes[place].value += value;
        }
    }

    fn callee(&mut self, caller: usize, name: &'a str) -> Option<usize> {
        let next = self.nodes.len();
        let place = match self.places.get(&(caller, name)) {
            Some(&place) => return Some(place),
            None if next >= MAX_NODES => return None,
            None => next,
        };
        self.places.insert((caller, name), place);
        self.nodes.push(Node { name, value: 0.0, callees: Vec::new() });
        self.nodes[caller].callees.push(place);
        Some(place)
    }

    fn into_table(self) -> FlameTable {
        let mut table = FlameTable::default();
        self.push(0, 0, &mut table);
        table
    }

    /// Appends a node and, below it, its callees; the recursion is at most [`MAX_DEPTH`] deep.
    fn push(&self, place: usize, level: u32, table: &mut FlameTable) {
        let node = &self.nodes[place];
        let of_callees: f64 = node.callees.iter().map(|&callee| self.nodes[callee].value).sum();
        table.levels.push(level);
        table.values.push(node.value);
        table.selfs.push(node.value - of_callees);
        table.labels.push(node.name.to_string());
        for &callee in &node.callees {
            self.push(callee, level + 1, table);
        }
    }

    /// The nested form of a node; the recursion is at most [`MAX_DEPTH`] deep.
    fn nested(&self, place: usize) -> FlameNode {
        let node = &self.nodes[place];
        FlameNode {
            name: node.name.to_string(),
            value: node.value,
            children: node.callees.iter().map(|&callee| self.nested(callee)).collect(),
        }
    }
}
