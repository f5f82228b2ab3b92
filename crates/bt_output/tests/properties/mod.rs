//! What holds for any bytes: shared by the fuzz target and the test that replays its seeds.

use bt_output::{
    Decoder, Event, EventKind, KeyPart, Limits, MapHint, MapMessage, MapValue, Release, Text, Value, frames,
    is_stack, split_key,
};

/// Bytes that stand for what a caller knows; the stream follows.
const KNOWLEDGE_BYTES: usize = 2;
/// Keys of the map `@k`, if the script is known.
const KEY: [KeyPart; 3] = [KeyPart::Text, KeyPart::Stack, KeyPart::Integer];

/// Decodes a stream as a whole and in pieces.
pub(crate) fn check(input: &[u8]) {
    let (knowledge, stream) = input.split_at(input.len().min(KNOWLEDGE_BYTES));
    let [release, rest] = [0, 1].map(|at| knowledge.get(at).copied().unwrap_or(0));
    let decoder = || decoder(release, rest);
    let (whole, summary) = events(decoder(), &[stream]);
    assert_eq!(summary.events as usize, whole.len());
    let lines = memchr_count(stream) + u64::from(!stream.is_empty() && !stream.ends_with(b"\n"));
    assert_eq!(summary.lines, lines);
    let pieces: Vec<&[u8]> = stream.chunks(usize::from(rest) + 1).collect();
    assert_eq!(events(decoder(), &pieces), (whole, summary));
    newest_is_the_last(decoder(), decoder(), stream);
}

/// What a caller knows, and the bounds that it sets.
fn decoder(release: u8, rest: u8) -> Decoder {
    let limits = if rest.is_multiple_of(2) {
        Limits::default()
    } else {
        Limits { max_line_bytes: 300, max_keys: 3, max_text_bytes: 20 }
    };
    let hint =
        |name: &str, is_keyed, key: &[KeyPart]| MapHint { name: name.into(), is_keyed, key: key.to_vec() };
    let mut decoder = Decoder::new(limits);
    if rest.is_multiple_of(3) {
        decoder = decoder.with_maps([hint("@k", true, &KEY), hint("@s", false, &[])]);
    }
    match release {
        0 => decoder,
        minor => decoder.of_release(Release { major: 0, minor: minor.into() }),
    }
}

fn events(mut decoder: Decoder, chunks: &[&[u8]]) -> (Vec<String>, bt_output::Summary) {
    let mut lines = Vec::new();
    for chunk in chunks {
        decoder.push(chunk, 0, &mut |event| lines.push(describe(event)));
    }
    decoder.finish(0, &mut |event| lines.push(describe(event)));
    (lines, decoder.summary())
}

/// An event as text; what hangs together in it is checked on the way.
fn describe(event: Event<'_>) -> String {
    match event.kind {
        EventKind::Map(message) => check_map(message),
        EventKind::Text { text, .. } => check_text(text),
        EventKind::Value(value) => check_value(value),
        _ => {}
    }
    format!("{event:?}")
}

fn check_map(message: MapMessage<'_>) {
    match message.value {
        MapValue::Single(value) => check_value(value),
        MapValue::Keyed(entries) => {
            assert_eq!(entries.len(), entries.iter().count());
            for (key, value) in entries.iter() {
                check_text(key);
                check_value(value);
                assert_eq!(split_key(key.as_str(), &KEY).parts.join(","), key.as_str());
            }
        }
    }
}

fn check_value(value: Value<'_>) {
    match value {
        Value::Text(text) => check_text(text),
        Value::List(list) => list.iter().for_each(check_value),
        Value::Record(record) => record.iter().for_each(|(_, value)| check_value(value)),
        _ => {}
    }
}

fn check_text(text: Text<'_>) {
    assert_eq!(text.as_str(), String::from_utf8_lossy(text.as_bytes()));
    assert_eq!(text.is_utf8(), std::str::from_utf8(text.as_bytes()).is_ok());
    if is_stack(text.as_str()) {
        assert_ne!(frames(text.as_str()).count(), 0);
    }
}

/// Leaving out what is replaced changes neither the last print of a map nor how many lines there were.
fn newest_is_the_last(mut every: Decoder, mut newest: Decoder, stream: &[u8]) {
    let [mut all, mut some] = [Vec::new(), Vec::new()];
    every.push(stream, 0, &mut |event| note_map(&mut all, event));
    newest.push_newest(stream, 0, &mut |event| note_map(&mut some, event));
    assert_eq!(every.summary().lines, newest.summary().lines);
    // A last print that cannot be read is one that was left out for nothing.
    if every.summary().unexplained == 0 {
        all.sort();
        some.sort();
        assert_eq!(all, some);
    }
}

fn note_map(maps: &mut Vec<(String, String)>, event: Event<'_>) {
    if let EventKind::Map(message) = event.kind {
        maps.retain(|(name, _)| name != message.name);
        maps.push((message.name.to_string(), format!("{:?}", message.value)));
    }
}

fn memchr_count(stream: &[u8]) -> u64 {
    stream.iter().filter(|byte| **byte == b'\n').count() as u64
}
