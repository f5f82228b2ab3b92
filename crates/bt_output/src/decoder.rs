//! Cuts the stream into lines, in chunks of any size, and reports each line.

use std::collections::HashMap;

use memchr::memchr;

use crate::event::{Event, MapMessage, MapValue, Note, NoteKind, ScriptError, ScriptErrorKind, TextSource};
use crate::limits::Limits;
use crate::newest::mark_replaced;
use crate::parser::{self, Dialect, MESSAGE_START, MapNodes, Message};
use crate::store::{self, Frame, Store};
use crate::text;
use crate::value::{Entries, Value};

/// What the script says about a map: helps where bpftrace's JSON alone is ambiguous.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MapHint {
    /// Its name with `@`.
    pub name: String,
    /// Whether it has keys.
    pub is_keyed: bool,
}

/// Counts of a stream.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Lines, blank ones included.
    pub lines: u64,
    /// Events reported, notes included.
    pub events: u64,
    /// Lines that look like a message but could not be read.
    pub unexplained: u64,
}

/// Decodes one stream of `bpftrace -f json`.
#[derive(Debug)]
pub struct Decoder {
    limits: Limits,
    keyed: HashMap<String, bool>,
    /// The beginning of a line whose end has not come yet; at most `max_line_bytes`.
    pending: Vec<u8>,
    /// Bytes of the pending line that are not kept because it is too long.
    skipped: u64,
    /// For [`Self::push_newest`], kept for its memory only.
    is_replaced: Vec<bool>,
    lines: LineReader,
}

/// Everything about a line but where it begins and ends.
#[derive(Debug, Default)]
struct LineReader {
    store: Store,
    note: String,
    has_sticky_hex: bool,
    hex: bool,
    summary: Summary,
}

impl Decoder {
    /// A decoder for a stream of an unknown script.
    pub fn new(limits: Limits) -> Decoder {
        Decoder::with_hints(limits, [])
    }

    /// A decoder for a stream of a script with these maps.
    pub fn with_hints(limits: Limits, hints: impl IntoIterator<Item = MapHint>) -> Decoder {
        let keyed = hints.into_iter().map(|hint| (hint.name, hint.is_keyed)).collect();
        Decoder {
            limits,
            keyed,
            pending: Vec::new(),
            skipped: 0,
            is_replaced: Vec::new(),
            lines: LineReader::default(),
        }
    }

    /// Takes the next bytes and reports every line that they complete.
    pub fn push(&mut self, mut bytes: &[u8], sink: &mut impl FnMut(Event<'_>)) {
        while let Some(length) = memchr(b'\n', bytes) {
            let line = &bytes[..length];
            if self.pending.is_empty() && self.skipped == 0 && line.len() <= self.limits.max_line_bytes {
                self.lines.line(line, false, &self.keyed, &self.limits, sink);
            } else {
                self.keep(line);
                self.take_pending(false, sink);
            }
            bytes = &bytes[length + 1..];
        }
        self.keep(bytes);
    }

    /// Does the same, but of several prints of one map it reads only the last: whoever looks at values sees no other.
    /// So a script that prints faster than anybody looks costs little.
    pub fn push_newest(&mut self, mut bytes: &[u8], sink: &mut impl FnMut(Event<'_>)) {
        let mut is_replaced = std::mem::take(&mut self.is_replaced);
        mark_replaced(&self.pending, bytes, &mut is_replaced);
        for is_replaced in is_replaced.drain(..) {
            let Some(length) = memchr(b'\n', bytes) else { break };
            let (line, rest) = bytes.split_at(length + 1);
            // A line that tells how later ones are written is read, whatever else it says.
            if is_replaced && self.skipped == 0 && self.lines.says_values_only(&[&self.pending, line]) {
                self.lines.summary.lines += 1;
                self.pending.clear();
            } else {
                self.push(line, sink);
            }
            bytes = rest;
        }
        self.is_replaced = is_replaced;
        self.keep(bytes);
    }

    /// Reports the line that the end of the stream cut, if there is one.
    pub fn finish(&mut self, sink: &mut impl FnMut(Event<'_>)) {
        if !self.pending.is_empty() || self.skipped > 0 {
            self.take_pending(true, sink);
        }
    }

    /// Counts so far.
    pub fn summary(&self) -> Summary {
        self.lines.summary
    }

    fn keep(&mut self, bytes: &[u8]) {
        let room = self.limits.max_line_bytes - self.pending.len();
        let kept = bytes.len().min(room);
        self.pending.extend_from_slice(&bytes[..kept]);
        self.skipped += (bytes.len() - kept) as u64;
    }

    fn take_pending(&mut self, is_cut: bool, sink: &mut impl FnMut(Event<'_>)) {
        let mut line = std::mem::take(&mut self.pending);
        if self.skipped > 0 {
            let length = line.len() as u64 + self.skipped;
            self.lines.too_long(&line, length, &self.limits, sink);
            self.skipped = 0;
        } else {
            self.lines.line(&line, is_cut, &self.keyed, &self.limits, sink);
        }
        store::clear(&mut line);
        self.pending = line;
    }
}

impl LineReader {
    /// Whether a line of these parts changes nothing about how later ones are read: an escape of 0.24 and later does,
    /// once.
    fn says_values_only(&self, parts: &[&[u8]]) -> bool {
        !self.has_sticky_hex || self.hex || parts.iter().all(|part| memchr(b'\\', part).is_none())
    }

    fn line(
        &mut self,
        line: &[u8],
        is_cut: bool,
        keyed: &HashMap<String, bool>,
        limits: &Limits,
        sink: &mut impl FnMut(Event<'_>),
    ) {
        self.summary.lines += 1;
        let length = line.len() as u64;
        if !line.starts_with(MESSAGE_START) {
            // A cut line that begins like a message is one; anything else is what somebody else printed.
            let kind = match line.trim_ascii() {
                b"" => NoteKind::Blank,
                _ if is_cut && MESSAGE_START.starts_with(line) => NoteKind::Truncated,
                _ => NoteKind::Foreign,
            };
            return self.note(kind, line, length, limits, sink);
        }
        let utf8 = std::str::from_utf8(line).ok();
        let is_keyed = |name: &str| keyed.get(name).copied();
        let mut dialect = Dialect { has_sticky_hex: self.has_sticky_hex, hex: self.hex, is_keyed: &is_keyed };
        let message = parser::parse(line, utf8, &mut self.store, &mut dialect);
        self.hex = dialect.hex;
        match message {
            Some(Message::Unknown) => self.note(NoteKind::UnknownMessage, line, length, limits, sink),
            Some(message) => self.message(message, utf8.unwrap_or_default(), limits, sink),
            None if is_cut => self.note(NoteKind::Truncated, line, length, limits, sink),
            None => {
                self.summary.unexplained += 1;
                self.note(NoteKind::Malformed, line, length, limits, sink);
            }
        }
    }

    fn message(&mut self, message: Message, line: &str, limits: &Limits, sink: &mut impl FnMut(Event<'_>)) {
        let frame = Frame { line, store: &self.store };
        self.summary.events += 1;
        match message {
            Message::Attached { probes, has_count } => {
                self.has_sticky_hex |= has_count;
                sink(Event::Attached { probes });
            }
            Message::Map { name, kind, value: MapNodes::Single(value) } => {
                let value = MapValue::Single(frame.value(value));
                sink(Event::Map(MapMessage { name: frame.text(name), kind, value }));
            }
            Message::Map { name, kind, value: MapNodes::Keyed } => {
                let excess = frame.store.entries.len().saturating_sub(limits.max_keys);
                let value = MapValue::Keyed(Entries { frame, entries: &frame.store.entries[excess..] });
                let name = frame.text(name);
                sink(Event::Map(MapMessage { name, kind, value }));
                if excess > 0 {
                    self.summary.events += 1;
                    sink(Event::Note(Note {
                        kind: NoteKind::KeysDropped,
                        text: name,
                        amount: excess as u64,
                    }));
                }
            }
            Message::Text { source, text } => {
                self.summary.events += report_text(source, frame.text(text), limits, sink);
            }
            Message::Value(value) => sink(Event::Value(frame.value(value))),
            Message::Lost { count } => sink(Event::Lost { count }),
            Message::Error { kind, members } => sink(Event::Error(script_error(kind, frame, members))),
            Message::Unknown => {}
        }
    }

    fn too_long(&mut self, line: &[u8], length: u64, limits: &Limits, sink: &mut impl FnMut(Event<'_>)) {
        self.summary.lines += 1;
        self.note(NoteKind::LineTooLong, line, length, limits, sink);
    }

    /// Reports a line as it is. `line` is what is kept of its `length` bytes.
    fn note(
        &mut self,
        kind: NoteKind,
        line: &[u8],
        length: u64,
        limits: &Limits,
        sink: &mut impl FnMut(Event<'_>),
    ) {
        let kept = &line[..line.len().min(limits.max_text_bytes)];
        let amount = if (kept.len() as u64) < length { length } else { 0 };
        self.note.clear();
        text::push_lossy(kept, &mut self.note);
        self.summary.events += 1;
        sink(Event::Note(Note { kind, text: self.note.trim_end_matches('\r'), amount }));
    }
}

/// Reports a text, cut at the bound; returns how many events that took beyond the first.
fn report_text(source: TextSource, text: &str, limits: &Limits, sink: &mut impl FnMut(Event<'_>)) -> u64 {
    let kept = &text[..text.floor_char_boundary(limits.max_text_bytes)];
    sink(Event::Text { source, text: kept });
    if kept.len() == text.len() {
        return 0;
    }
    sink(Event::Note(Note { kind: NoteKind::TextCut, text: source.name(), amount: text.len() as u64 }));
    1
}

fn script_error(kind: ScriptErrorKind, frame: Frame<'_>, members: usize) -> ScriptError<'_> {
    let Value::Record(record) = frame.value(members) else {
        return ScriptError { kind, message: "", helper: "", return_code: 0, line: 0, column: 0 };
    };
    let text = |name| match record.get(name) {
        Some(Value::Text(text)) => text,
        _ => "",
    };
    let number = |name| match record.get(name) {
        Some(Value::Number(number)) => number.to_i64(),
        _ => 0,
    };
    let position = |name| number(name).unsigned_abs();
    ScriptError {
        kind,
        message: text("msg"),
        helper: text("helper"),
        return_code: number("retcode"),
        line: position("line"),
        column: position("col"),
    }
}
