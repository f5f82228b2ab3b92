//! Events as text, a line each, for tests that compare.

use bt_output::{BucketCount, Decoder, Event, Limits, MapHint, MapValue, Number, Value};

/// All events of a stream that comes in these chunks.
pub(crate) fn events<'c>(
    chunks: impl IntoIterator<Item = &'c [u8]>,
    limits: Limits,
    hints: &[MapHint],
) -> Vec<String> {
    let mut decoder = Decoder::with_hints(limits, hints.iter().cloned());
    let mut lines = Vec::new();
    for chunk in chunks {
        decoder.push(chunk, &mut |event| lines.push(event_line(event)));
    }
    decoder.finish(&mut |event| lines.push(event_line(event)));
    let summary = decoder.summary();
    assert_eq!(summary.events as usize, lines.len(), "the summary counts the events");
    lines.push(format!("{} lines, {} unexplained", summary.lines, summary.unexplained));
    lines
}

pub(crate) fn event_line(event: Event<'_>) -> String {
    match event {
        Event::Attached { probes } => format!("attached {probes}"),
        Event::Map(message) => format!("{:?} {} {}", message.kind, message.name, contents(message.value)),
        Event::Text { source, text } => format!("{} {text:?}", source.name()),
        Event::Value(value) => format!("value {}", one(value)),
        Event::Lost { count } => format!("lost {count}"),
        Event::Error(error) => format!(
            "{} {:?} {:?} {} at {}:{}",
            error.kind.name(),
            error.message,
            error.helper,
            error.return_code,
            error.line,
            error.column
        ),
        Event::Note(note) => format!("note {} {:?} {}", note.kind.name(), note.text, note.amount),
    }
}

fn contents(value: MapValue<'_>) -> String {
    match value {
        MapValue::Single(value) => one(value),
        MapValue::Keyed(entries) => {
            let entries: Vec<String> =
                entries.iter().map(|(key, value)| format!("[{key:?}] {}", one(value))).collect();
            entries.join("; ")
        }
    }
}

fn one(value: Value<'_>) -> String {
    match value {
        Value::Null => "null".into(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => digits(number),
        Value::Text(text) => format!("{text:?}"),
        Value::List(list) => format!("({})", list.iter().map(one).collect::<Vec<_>>().join(", ")),
        Value::Record(record) => {
            let fields: Vec<String> =
                record.iter().map(|(name, value)| format!("{name}={}", one(value))).collect();
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
