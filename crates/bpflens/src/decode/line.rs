//! The line format of `bpflens decode`: one JSON object an event.

use bt_output::{
    BucketCount, Entries, Event, EventKind, Frame, KeyPart, MapMessage, MapValue, ScriptError, Summary, Text,
    Value, frames, is_stack, split_key,
};
use serde::Serialize;
use serde::ser::Serializer;

use super::known_maps::{KnownMap, KnownMaps};

/// One line of the output.
#[derive(Serialize)]
#[serde(tag = "event", rename_all = "lowercase")]
pub(super) enum Line<'a> {
    Attached {
        probes: u64,
    },
    Map {
        map: &'a str,
        /// Different keys may look the same: bpftrace left their blanks out.
        #[serde(skip_serializing_if = "is_false")]
        lossy_keys: bool,
        /// It belongs to the dump at the end.
        #[serde(rename = "final", skip_serializing_if = "is_false")]
        is_final_dump: bool,
        #[serde(flatten)]
        contents: Contents<'a>,
    },
    Text {
        source: &'a str,
        text: Text<'a>,
        #[serde(skip_serializing_if = "Option::is_none")]
        bytes: Option<Bytes<'a>>,
    },
    Value {
        #[serde(flatten)]
        contents: Contents<'a>,
    },
    Lost {
        count: u64,
    },
    Error {
        kind: &'a str,
        message: &'a str,
        helper: &'a str,
        return_code: i64,
        #[serde(skip_serializing_if = "str::is_empty")]
        file: &'a str,
        line: u64,
        column: u64,
        count: u64,
    },
    Report {
        kind: &'a str,
        results: Value<'a>,
    },
    Note {
        kind: &'a str,
        text: &'a str,
        #[serde(skip_serializing_if = "is_zero")]
        amount: u64,
    },
    Summary {
        lines: u64,
        events: u64,
        errors: u64,
        unexplained: u64,
        final_maps: u64,
    },
}

/// What a map or one of its keys holds.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Contents<'a> {
    Value {
        value: Value<'a>,
        #[serde(skip_serializing_if = "Option::is_none")]
        bytes: Option<Bytes<'a>>,
        /// Of a value that is a stack.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        value_frames: Vec<FrameLine<'a>>,
    },
    Buckets {
        buckets: &'a [BucketCount],
    },
    Entries {
        entries: KeyedContents<'a>,
    },
}

/// The entries of a map, serialised one after the other.
pub(super) struct KeyedContents<'a> {
    entries: Entries<'a>,
    map: Option<&'a KnownMap>,
}

/// One key, in its parts if the script is known, and what it holds.
#[derive(Serialize)]
struct Entry<'a> {
    key: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key_bytes: Option<Bytes<'a>>,
    /// Other parts could have made the same key.
    #[serde(skip_serializing_if = "is_false")]
    ambiguous: bool,
    /// Of each part that is a stack.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    frames: Vec<Vec<FrameLine<'a>>>,
    #[serde(flatten)]
    contents: Contents<'a>,
}

/// The bytes of a text that is no UTF-8, two hexadecimal digits each.
pub(super) struct Bytes<'a>(&'a [u8]);

/// One function of a stack.
#[derive(Serialize)]
pub(super) struct FrameLine<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    symbol: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    offset: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<u64>,
    #[serde(skip_serializing_if = "str::is_empty")]
    module: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    build_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<String>,
}

impl<'a> Line<'a> {
    /// The line of an event.
    pub(super) fn new(event: Event<'a>, maps: &'a KnownMaps) -> Line<'a> {
        match event.kind {
            EventKind::Attached { probes } => Line::Attached { probes },
            EventKind::Map(message) => Line::map(message, maps),
            EventKind::Text { source, text } => {
                Line::Text { source: source.name(), text, bytes: Bytes::of(text) }
            }
            EventKind::Value(value) => Line::Value { contents: Contents::plain(value) },
            EventKind::Lost { count } => Line::Lost { count },
            EventKind::Error(error) => Line::error(error),
            EventKind::Report { kind, data } => Line::Report { kind: kind.name(), results: data },
            EventKind::Note(note) => {
                Line::Note { kind: note.kind.name(), text: note.text, amount: note.amount }
            }
        }
    }

    /// The last line.
    pub(super) fn summary(summary: Summary) -> Line<'static> {
        let Summary { lines, events, errors, unexplained, final_maps } = summary;
        Line::Summary { lines, events, errors, unexplained, final_maps }
    }

    fn map(message: MapMessage<'a>, maps: &'a KnownMaps) -> Line<'a> {
        let map = maps.get(message.name);
        let contents = match message.value {
            MapValue::Single(value) => Contents::new(value, map),
            MapValue::Keyed(entries) => Contents::Entries { entries: KeyedContents { entries, map } },
        };
        let MapMessage { name, keys_are_lossy, is_final_dump, .. } = message;
        Line::Map { map: name, lossy_keys: keys_are_lossy, is_final_dump, contents }
    }

    fn error(error: ScriptError<'a>) -> Line<'a> {
        let ScriptError { kind, message, helper, return_code, file, line, column, count } = error;
        Line::Error { kind: kind.name(), message, helper, return_code, file, line, column, count }
    }
}

impl<'a> Contents<'a> {
    fn new(value: Value<'a>, map: Option<&KnownMap>) -> Contents<'a> {
        match value {
            Value::Buckets(buckets) => Contents::Buckets { buckets },
            // With `-q` nothing tells the release, and whether a number in quotes is one.
            Value::Text(_) if map.is_some_and(|map| map.is_number) => {
                Contents::plain(value.to_number().map_or(value, Value::Number))
            }
            _ => Contents::plain(value),
        }
    }

    fn plain(value: Value<'a>) -> Contents<'a> {
        let Value::Text(text) = value else {
            return Contents::Value { value, bytes: None, value_frames: Vec::new() };
        };
        Contents::Value { value, bytes: Bytes::of(text), value_frames: stack(text.as_str()) }
    }
}

impl Serialize for KeyedContents<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let parts = self.map.map_or(&[][..], |map| &map.key);
        serializer.collect_seq(self.entries.iter().map(|(key, value)| {
            let split = split_key(key.as_str(), parts);
            Entry {
                key_bytes: Bytes::of(key),
                ambiguous: split.is_ambiguous,
                frames: stacks(&split.parts, parts),
                key: split.parts,
                contents: Contents::new(value, self.map),
            }
        }))
    }
}

fn stacks<'a>(key: &[&'a str], parts: &[KeyPart]) -> Vec<Vec<FrameLine<'a>>> {
    if parts.is_empty() {
        // The script is not known, but a stack looks like nothing else.
        return key.iter().map(|part| stack(part)).filter(|frames| !frames.is_empty()).collect();
    }
    let stacks = key.iter().zip(parts).filter(|(_, part)| **part == KeyPart::Stack);
    stacks.map(|(stack, _)| frames(stack).map(FrameLine::new).collect()).collect()
}

/// The frames of what looks like a stack.
fn stack(text: &str) -> Vec<FrameLine<'_>> {
    if is_stack(text) { frames(text).map(FrameLine::new).collect() } else { Vec::new() }
}

impl<'a> FrameLine<'a> {
    fn new(frame: Frame<'a>) -> FrameLine<'a> {
        let Frame { symbol, offset, address, module, build_id, source } = frame;
        let source = source.map(|source| format!("{}:{}", source.file, source.line));
        FrameLine { symbol, offset, address, module, build_id, source }
    }
}

impl<'a> Bytes<'a> {
    fn of(text: Text<'a>) -> Option<Bytes<'a>> {
        (!text.is_utf8()).then(|| Bytes(text.as_bytes()))
    }
}

impl Serialize for Bytes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{self}"))
    }
}

impl std::fmt::Display for Bytes<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

fn is_zero(amount: &u64) -> bool {
    *amount == 0
}

fn is_false(flag: &bool) -> bool {
    !*flag
}
