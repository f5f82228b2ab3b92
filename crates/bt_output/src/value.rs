//! Values as views into the buffers of a decoder: cheap to copy, valid until the next line.

use bt_metrics::Bucket;

use crate::store::{EntryNode, Node, View};

/// A value of a map, or what `print()` of an expression printed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'a> {
    /// `null`, or nothing where a value belongs.
    Null,
    /// `true` or `false` (bpftrace 0.24 and later; before they were numbers).
    Bool(bool),
    /// Any whole number that fits 64 bits.
    Number(Number),
    /// Text. Of a release that is not known also numbers beyond 2^53, which 0.24 and later put in quotes.
    Text(Text<'a>),
    /// A tuple or an array.
    List(List<'a>),
    /// A struct.
    Record(Record<'a>),
    /// The buckets of `hist()` or `lhist()`, ascending, empty ones in between included.
    Buckets(&'a [BucketCount]),
    /// What `stats()` collected.
    Stats(Stats),
}

impl Value<'_> {
    /// The value as a number, if it is one; since 0.24 numbers beyond 2^53 come as text.
    pub fn to_number(self) -> Option<Number> {
        match self {
            Value::Number(number) => Some(number),
            Value::Bool(value) => Some(Number::Int(i64::from(value))),
            Value::Text(text) => match text.as_str().parse() {
                Ok(value) => Some(Number::Int(value)),
                Err(_) => text.as_str().parse::<u64>().ok().map(Number::from),
            },
            _ => None,
        }
    }
}

/// A text, which bpftrace takes from anywhere: any bytes, mostly UTF-8.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Text<'a> {
    pub(crate) text: &'a str,
    pub(crate) bytes: &'a [u8],
}

impl<'a> Text<'a> {
    /// For readers: what is no UTF-8 (a name cut in the middle of a character) stands as U+FFFD.
    pub fn as_str(self) -> &'a str {
        self.text
    }

    /// The bytes as they were.
    pub fn as_bytes(self) -> &'a [u8] {
        self.bytes
    }

    /// Whether the two are the same.
    pub fn is_utf8(self) -> bool {
        self.text.as_bytes() == self.bytes
    }

    /// Its beginning, cut at a character.
    pub(crate) fn cut(self, max_bytes: usize) -> Text<'a> {
        if self.text.len() <= max_bytes {
            return self;
        }
        let (mut text, mut bytes) = (0, 0);
        for chunk in self.bytes.utf8_chunks() {
            let valid = chunk.valid().floor_char_boundary(max_bytes.saturating_sub(text));
            (text, bytes) = (text + valid, bytes + valid);
            let replaced =
                if chunk.invalid().is_empty() { 0 } else { char::REPLACEMENT_CHARACTER.len_utf8() };
            if valid < chunk.valid().len() || text + replaced > max_bytes {
                break;
            }
            (text, bytes) = (text + replaced, bytes + chunk.invalid().len());
        }
        Text { text: &self.text[..text], bytes: &self.bytes[..bytes] }
    }
}

impl<'a> From<&'a str> for Text<'a> {
    fn from(text: &'a str) -> Text<'a> {
        Text { text, bytes: text.as_bytes() }
    }
}

impl std::fmt::Debug for Text<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Debug::fmt(self.text, formatter)
    }
}

/// A whole number. The representation is canonical: `Uint` only holds what does not fit `Int`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Number {
    /// Up to `i64::MAX`.
    Int(i64),
    /// From `i64::MAX + 1`.
    Uint(u64),
}

impl Number {
    /// The number as a counter; negative ones are zero.
    pub fn to_u64(self) -> u64 {
        match self {
            Number::Int(value) => u64::try_from(value).unwrap_or(0),
            Number::Uint(value) => value,
        }
    }

    /// The number as a signed one; larger ones stay at `i64::MAX`.
    pub fn to_i64(self) -> i64 {
        match self {
            Number::Int(value) => value,
            Number::Uint(_) => i64::MAX,
        }
    }
}

impl From<u64> for Number {
    fn from(value: u64) -> Number {
        i64::try_from(value).map_or(Number::Uint(value), Number::Int)
    }
}

/// One bucket of a histogram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BucketCount {
    /// Its bounds.
    pub bucket: Bucket,
    /// How many values fell into it.
    pub count: u64,
}

/// What `stats()` collected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stats {
    /// How many values.
    pub count: u64,
    /// Their average, rounded towards zero.
    pub average: Number,
    /// Their sum.
    pub total: Number,
}

/// The members of a tuple or an array.
#[derive(Clone, Copy)]
pub struct List<'a> {
    pub(crate) view: View<'a>,
    pub(crate) first: u32,
    pub(crate) end: u32,
}

impl<'a> List<'a> {
    /// The members in order.
    pub fn iter(self) -> impl Iterator<Item = Value<'a>> {
        let mut at = self.first;
        std::iter::from_fn(move || {
            if at >= self.end {
                return None;
            }
            let value = self.view.value(at);
            at = self.view.after(at);
            Some(value)
        })
    }
}

/// The fields of a struct. A name can occur twice.
#[derive(Clone, Copy)]
pub struct Record<'a> {
    pub(crate) view: View<'a>,
    pub(crate) first: u32,
    pub(crate) end: u32,
}

impl<'a> Record<'a> {
    /// The fields in order, with their names.
    pub fn iter(self) -> impl Iterator<Item = (Text<'a>, Value<'a>)> {
        let mut at = self.first;
        std::iter::from_fn(move || {
            if at >= self.end {
                return None;
            }
            let Node::Name(name) = self.view.store.nodes[at as usize] else { return None };
            let value = at + 1;
            at = self.view.after(value);
            Some((self.view.text(name), self.view.value(value)))
        })
    }

    /// The first field of this name.
    pub fn get(self, wanted: &str) -> Option<Value<'a>> {
        self.iter().find(|(name, _)| name.as_str() == wanted).map(|(_, value)| value)
    }
}

/// The entries of a keyed map. Different keys of bpftrace can look the same, so a key can occur twice.
#[derive(Clone, Copy)]
pub struct Entries<'a> {
    pub(crate) view: View<'a>,
    pub(crate) entries: &'a [EntryNode],
}

impl<'a> Entries<'a> {
    /// How many entries there are.
    pub fn len(self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.entries.is_empty()
    }

    /// Key and value of each entry, in bpftrace's order: mostly ascending by value.
    pub fn iter(self) -> impl Iterator<Item = (Text<'a>, Value<'a>)> {
        self.entries.iter().map(move |entry| (self.view.text(entry.key), self.view.value(entry.value)))
    }
}

impl std::fmt::Debug for List<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_list().entries(self.iter()).finish()
    }
}

impl std::fmt::Debug for Record<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_map().entries(self.iter()).finish()
    }
}

impl std::fmt::Debug for Entries<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_map().entries(self.iter()).finish()
    }
}

impl PartialEq for List<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl PartialEq for Record<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl PartialEq for Entries<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}
