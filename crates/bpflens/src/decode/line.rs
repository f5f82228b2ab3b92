//! The line format of `bpflens decode`: one JSON object an event.

use bt_output::{BucketCount, Entries, Event, MapMessage, MapValue, Number, Value, split_key};
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
        #[serde(flatten)]
        contents: Contents<'a>,
    },
    Text {
        source: &'a str,
        text: &'a str,
    },
    Value {
        value: Value<'a>,
    },
    Lost {
        count: u64,
    },
    Error {
        kind: &'a str,
        message: &'a str,
        helper: &'a str,
        return_code: i64,
        line: u64,
        column: u64,
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
        unexplained: u64,
    },
}

/// What a map or one of its keys holds.
#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Contents<'a> {
    Value(Value<'a>),
    Buckets(&'a [BucketCount]),
    Entries(KeyedContents<'a>),
}

/// The entries of a map, serialised one after the other.
pub(super) struct KeyedContents<'a> {
    entries: Entries<'a>,
    map: Option<&'a KnownMap>,
}

#[derive(Serialize)]
struct Entry<'a> {
    key: Vec<&'a str>,
    #[serde(flatten)]
    contents: Contents<'a>,
}

impl<'a> Line<'a> {
    /// The line of an event.
    pub(super) fn new(event: Event<'a>, maps: &'a KnownMaps) -> Line<'a> {
        match event {
            Event::Attached { probes } => Line::Attached { probes },
            Event::Map(message) => Line::map(message, maps),
            Event::Text { source, text } => Line::Text { source: source.name(), text },
            Event::Value(value) => Line::Value { value },
            Event::Lost { count } => Line::Lost { count },
            Event::Error(error) => Line::Error {
                kind: error.kind.name(),
                message: error.message,
                helper: error.helper,
                return_code: error.return_code,
                line: error.line,
                column: error.column,
            },
            Event::Note(note) => Line::Note { kind: note.kind.name(), text: note.text, amount: note.amount },
        }
    }

    fn map(message: MapMessage<'a>, maps: &'a KnownMaps) -> Line<'a> {
        let map = maps.get(message.name);
        let contents = match message.value {
            MapValue::Single(value) => Contents::new(value, map),
            MapValue::Keyed(entries) => Contents::Entries(KeyedContents { entries, map }),
        };
        Line::Map { map: message.name, contents }
    }
}

impl<'a> Contents<'a> {
    fn new(value: Value<'a>, map: Option<&KnownMap>) -> Contents<'a> {
        match value {
            Value::Buckets(buckets) => Contents::Buckets(buckets),
            // Since 0.24 numbers beyond 2^53 come as text.
            Value::Text(_) if map.is_some_and(|map| map.is_number) => {
                Contents::Value(value.to_number().map_or(value, |number: Number| Value::Number(number)))
            }
            _ => Contents::Value(value),
        }
    }
}

impl Serialize for KeyedContents<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let parts = self.map.map_or(&[][..], |map| &map.key);
        serializer.collect_seq(self.entries.iter().map(|(key, value)| {
            let key = split_key(key, parts);
            Entry { key, contents: Contents::new(value, self.map) }
        }))
    }
}

fn is_zero(amount: &u64) -> bool {
    *amount == 0
}
