//! Events as text, a line each, for tests that compare.

use bt_output::{
    BucketCount, Decoder, Event, EventKind, Limits, MapHint, MapMessage, MapValue, Number, Text, Value,
};

/// All events of a stream that comes in these chunks.
pub(crate) fn events<'c>(
    chunks: impl IntoIterator<Item = &'c [u8]>,
    limits: Limits,
    hints: &[MapHint],
) -> Vec<String> {
    events_of(Decoder::new(limits).with_maps(hints.iter().cloned()), chunks)
}

/// All events that this decoder makes of a stream that comes in these chunks.
pub(crate) fn events_of<'c>(mut decoder: Decoder, chunks: impl IntoIterator<Item = &'c [u8]>) -> Vec<String> {
    let mut lines = Vec::new();
    for chunk in chunks {
        decoder.push(chunk, 0, &mut |event| lines.push(event_line(event)));
    }
    decoder.finish(0, &mut |event| lines.push(event_line(event)));
    let summary = decoder.summary();
    assert_eq!(summary.events as usize, lines.len(), "the summary counts the events");
    let dump = match summary.final_maps {
        0 => String::new(),
        maps => format!(", the last {maps} are the final dump"),
    };
    lines.push(format!("{} lines, {} unexplained{dump}", summary.lines, summary.unexplained));
    lines
}

pub(crate) fn event_line(event: Event<'_>) -> String {
    match event.kind {
        EventKind::Attached { probes } => format!("attached {probes}"),
        EventKind::Map(message) => map_line(message),
        EventKind::Text { source, text } => format!("{} {}", source.name(), quoted(text)),
        EventKind::Value(value) => format!("value {}", value_line(value)),
        EventKind::Lost { count } => format!("lost {count}"),
        EventKind::Error(error) => {
            let mut line = error.kind.name().to_string();
            if !error.helper.is_empty() {
                line += &format!(" {} {}", error.helper, error.return_code);
            }
            format!(
                "{line} {:?} at {}:{}:{}, {} times",
                error.message, error.file, error.line, error.column, error.count
            )
        }
        EventKind::Report { kind, data } => format!("{} report {}", kind.name(), value_line(data)),
        EventKind::Note(note) if note.amount == 0 => format!("note {} {:?}", note.kind.name(), note.text),
        EventKind::Note(note) => format!("note {} {:?} of {}", note.kind.name(), note.text, note.amount),
    }
}

fn map_line(message: MapMessage<'_>) -> String {
    let dump = if message.is_final_dump { "dump of " } else { "" };
    let lossy = if message.keys_are_lossy { " (lossy keys)" } else { "" };
    format!("{dump}{:?} {}{lossy} {}", message.kind, message.name, contents(message.value))
}

/// A text; one that is no UTF-8 as bytes.
pub(crate) fn quoted(text: Text<'_>) -> String {
    if text.is_utf8() {
        format!("{:?}", text.as_str())
    } else {
        format!("b\"{}\"", text.as_bytes().escape_ascii())
    }
}

fn contents(value: MapValue<'_>) -> String {
    match value {
        MapValue::Single(value) => value_line(value),
        MapValue::Keyed(entries) => {
            let entries: Vec<String> = entries
                .iter()
                .map(|(key, value)| format!("[{}] {}", quoted(key), value_line(value)))
                .collect();
            entries.join("; ")
        }
    }
}

pub(crate) fn value_line(value: Value<'_>) -> String {
    match value {
        Value::Null => "null".into(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => digits(number),
        Value::Text(text) => quoted(text),
        Value::List(list) => format!("({})", list.iter().map(value_line).collect::<Vec<_>>().join(", ")),
        Value::Record(record) => {
            let fields: Vec<String> = record
                .iter()
                .map(|(name, value)| format!("{}={}", name.as_str(), value_line(value)))
                .collect();
            format!("{{{}}}", fields.join(", "))
        }
        Value::Buckets(buckets) => {
            let buckets: Vec<String> =
                buckets.iter().map(|BucketCount { bucket, count }| format!("{bucket}:{count}")).collect();
            format!("<{}>", buckets.join(" "))
        }
        Value::Stats(stats) => {
            format!("n={} avg={} sum={}", stats.count, digits(stats.average), digits(stats.total))
        }
    }
}

fn digits(number: Number) -> String {
    match number {
        Number::Int(value) => value.to_string(),
        Number::Uint(value) => value.to_string(),
    }
}
