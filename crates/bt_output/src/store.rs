//! The buffers that values are decoded into: emptied, not freed, between lines.

use crate::value::{BucketCount, List, Number, Record, Stats, Text, Value};

/// Where a text stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TextSpan {
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) place: TextPlace,
}

/// In which buffer a text stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TextPlace {
    /// In the line itself.
    Line,
    /// In [`Store::text`]: it had escapes.
    Decoded,
    /// It is no UTF-8: `start` is its position in [`Store::inexact`].
    Inexact,
}

/// A text that is no UTF-8: as a reader gets it, and its bytes, as ranges of [`Store::text`] and [`Store::bytes`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct InexactText {
    text: (u32, u32),
    bytes: (u32, u32),
}

/// One value or member name. Children follow their parent; `end` is the index after the last of them.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Node {
    Null,
    Bool(bool),
    Number(Number),
    Text(TextSpan),
    Name(TextSpan),
    List { end: u32 },
    Record { end: u32 },
    Buckets { first: u32, end: u32 },
    Stats { index: u32 },
}

/// One entry of a keyed map: its key and the index of its value's node.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EntryNode {
    pub(crate) key: TextSpan,
    pub(crate) value: u32,
}

/// Bytes that each buffer keeps from line to line. A map of 20,000 keys needs less.
const KEPT_BYTES: usize = 1 << 20;

/// The buffers of one line. Their sizes are bounded by the length of the line.
#[derive(Debug, Default)]
pub(crate) struct Store {
    pub(crate) text: String,
    bytes: Vec<u8>,
    inexact: Vec<InexactText>,
    pub(crate) nodes: Vec<Node>,
    pub(crate) entries: Vec<EntryNode>,
    pub(crate) buckets: Vec<BucketCount>,
    pub(crate) stats: Vec<Stats>,
    /// Two strings while their escapes are undone.
    pub(crate) scratch: [Vec<u8>; 2],
}

/// How full the buffers of values were at some point.
#[derive(Clone, Copy)]
pub(crate) struct Mark {
    text: usize,
    bytes: usize,
    inexact: usize,
    nodes: usize,
}

impl Store {
    pub(crate) fn clear(&mut self) {
        self.text.clear();
        self.text.shrink_to(KEPT_BYTES);
        clear(&mut self.bytes);
        clear(&mut self.inexact);
        clear(&mut self.nodes);
        clear(&mut self.entries);
        clear(&mut self.buckets);
        clear(&mut self.stats);
        self.scratch.iter_mut().for_each(clear);
    }

    pub(crate) fn push(&mut self, node: Node) -> u32 {
        self.nodes.push(node);
        self.node_count() - 1
    }

    /// The index of the next node.
    pub(crate) fn node_count(&self) -> u32 {
        self.nodes.len() as u32
    }

    /// Keeps the bytes of a text; as [`TextSpan`] they are UTF-8 or not.
    pub(crate) fn push_text(&mut self, bytes: &[u8]) -> TextSpan {
        let start = self.text.len() as u32;
        if let Ok(text) = std::str::from_utf8(bytes) {
            self.text.push_str(text);
            return TextSpan { start, end: self.text.len() as u32, place: TextPlace::Decoded };
        }
        push_lossy(bytes, &mut self.text);
        let first = self.bytes.len() as u32;
        self.bytes.extend_from_slice(bytes);
        let text = (start, self.text.len() as u32);
        self.inexact.push(InexactText { text, bytes: (first, self.bytes.len() as u32) });
        let index = self.inexact.len() as u32 - 1;
        TextSpan { start: index, end: index, place: TextPlace::Inexact }
    }

    pub(crate) fn mark(&self) -> Mark {
        Mark {
            text: self.text.len(),
            bytes: self.bytes.len(),
            inexact: self.inexact.len(),
            nodes: self.nodes.len(),
        }
    }

    /// Forgets the texts and nodes that came since.
    pub(crate) fn rewind(&mut self, mark: Mark) {
        self.text.truncate(mark.text);
        self.bytes.truncate(mark.bytes);
        self.inexact.truncate(mark.inexact);
        self.nodes.truncate(mark.nodes);
    }
}

/// Empties a buffer, and gives back what only an unusually long line needed.
pub(crate) fn clear<T>(buffer: &mut Vec<T>) {
    buffer.clear();
    buffer.shrink_to(KEPT_BYTES / size_of::<T>().max(1));
}

/// Appends bytes as text, each invalid sequence as U+FFFD.
pub(crate) fn push_lossy(bytes: &[u8], text: &mut String) {
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            text.push(char::REPLACEMENT_CHARACTER);
        }
    }
}

/// A line together with its buffers: what values read from.
#[derive(Clone, Copy)]
pub(crate) struct View<'a> {
    /// The line, or nothing if it is not UTF-8: then all text was decoded.
    pub(crate) line: &'a str,
    pub(crate) store: &'a Store,
}

impl<'a> View<'a> {
    pub(crate) fn text(self, span: TextSpan) -> Text<'a> {
        let of = |source: &'a str, start: u32, end: u32| {
            source.get(start as usize..end as usize).unwrap_or_default()
        };
        match span.place {
            TextPlace::Line => of(self.line, span.start, span.end).into(),
            TextPlace::Decoded => of(&self.store.text, span.start, span.end).into(),
            TextPlace::Inexact => {
                let InexactText { text, bytes } = self.store.inexact[span.start as usize];
                let text = of(&self.store.text, text.0, text.1);
                Text { text, bytes: &self.store.bytes[bytes.0 as usize..bytes.1 as usize] }
            }
        }
    }

    pub(crate) fn value(self, index: u32) -> Value<'a> {
        match self.store.nodes[index as usize] {
            Node::Null => Value::Null,
            Node::Bool(value) => Value::Bool(value),
            Node::Number(value) => Value::Number(value),
            Node::Text(span) | Node::Name(span) => Value::Text(self.text(span)),
            Node::List { end } => Value::List(List { view: self, first: index + 1, end }),
            Node::Record { end } => Value::Record(Record { view: self, first: index + 1, end }),
            Node::Buckets { first, end } => Value::Buckets(&self.store.buckets[first as usize..end as usize]),
            Node::Stats { index } => Value::Stats(self.store.stats[index as usize]),
        }
    }

    /// The index after a value and all of its children.
    pub(crate) fn after(self, index: u32) -> u32 {
        match self.store.nodes[index as usize] {
            Node::List { end } | Node::Record { end } => end,
            _ => index + 1,
        }
    }
}
