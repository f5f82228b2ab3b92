//! What a parsed line is kept in: flat buffers that are cleared, not freed, between lines.

use crate::value::{BucketCount, List, Number, Record, Stats, Value};

/// A text: a range of the line itself, or of [`Store::text`] where the line had escapes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TextSpan {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) decoded: bool,
}

/// One value or member name. Children follow their parent; `end` is the index after the last of them.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Node {
    Null,
    Bool(bool),
    Number(Number),
    Text(TextSpan),
    Name(TextSpan),
    List { end: usize },
    Record { end: usize },
    Buckets { first: usize, end: usize },
    Stats { index: usize },
}

/// One entry of a keyed map: its key and the index of its value's node.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EntryNode {
    pub(crate) key: TextSpan,
    pub(crate) value: usize,
}

/// Bytes that each buffer keeps from line to line. A map of 20,000 keys needs less.
const KEPT_BYTES: usize = 1 << 20;

/// The buffers of one line. Their sizes are bounded by the length of the line.
#[derive(Debug, Default)]
pub(crate) struct Store {
    pub(crate) text: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) nodes: Vec<Node>,
    pub(crate) entries: Vec<EntryNode>,
    pub(crate) buckets: Vec<BucketCount>,
    pub(crate) stats: Vec<Stats>,
}

impl Store {
    pub(crate) fn clear(&mut self) {
        self.text.clear();
        self.text.shrink_to(KEPT_BYTES);
        clear(&mut self.bytes);
        clear(&mut self.nodes);
        clear(&mut self.entries);
        clear(&mut self.buckets);
        clear(&mut self.stats);
    }

    pub(crate) fn push(&mut self, node: Node) -> usize {
        self.nodes.push(node);
        self.nodes.len() - 1
    }
}

/// Empties a buffer, and gives back what only an unusually long line needed.
pub(crate) fn clear<T>(buffer: &mut Vec<T>) {
    buffer.clear();
    buffer.shrink_to(KEPT_BYTES / size_of::<T>().max(1));
}

/// A line together with its buffers: what views read from.
#[derive(Clone, Copy)]
pub(crate) struct Frame<'a> {
    /// The line, or nothing if it is not UTF-8: then all text was decoded.
    pub(crate) line: &'a str,
    pub(crate) store: &'a Store,
}

impl<'a> Frame<'a> {
    pub(crate) fn text(self, span: TextSpan) -> &'a str {
        let source = if span.decoded { self.store.text.as_str() } else { self.line };
        source.get(span.start..span.end).unwrap_or_default()
    }

    pub(crate) fn value(self, index: usize) -> Value<'a> {
        match self.store.nodes[index] {
            Node::Null => Value::Null,
            Node::Bool(value) => Value::Bool(value),
            Node::Number(value) => Value::Number(value),
            Node::Text(span) | Node::Name(span) => Value::Text(self.text(span)),
            Node::List { end } => Value::List(List { frame: self, first: index + 1, end }),
            Node::Record { end } => Value::Record(Record { frame: self, first: index + 1, end }),
            Node::Buckets { first, end } => Value::Buckets(&self.store.buckets[first..end]),
            Node::Stats { index } => Value::Stats(self.store.stats[index]),
        }
    }

    /// The index after a value and all of its children.
    pub(crate) fn after(self, index: usize) -> usize {
        match self.store.nodes[index] {
            Node::List { end } | Node::Record { end } => end,
            _ => index + 1,
        }
    }
}
