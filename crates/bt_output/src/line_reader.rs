//! Everything about a line but where it begins and ends: what it is, and the event it becomes.

use std::collections::HashMap;

use memchr::{memchr, memmem};

use crate::decoder::{MapHint, Release, Summary};
use crate::dialect::Dialect;
use crate::errors::ErrorTable;
use crate::event::{
    Event, EventKind, MapMessage, MapValue, Note, NoteKind, ScriptError, ScriptErrorKind, TextSource,
};
use crate::final_dump::FinalDump;
use crate::limits::Limits;
use crate::parser::{self, MESSAGE_START, MapNodes, Message};
use crate::store::{self, Store, View};
use crate::text;
use crate::value::{Entries, Text, Value};

/// Bytes of each text of an error; the errors of 64 places are kept.
const MAX_ERROR_TEXT_BYTES: usize = 4096;
/// Bytes that a note quotes of a line that cannot be read.
const EXCERPT_BYTES: usize = 1024;

/// Reads lines one after the other.
#[derive(Debug)]
pub(crate) struct LineReader {
    limits: Limits,
    maps: HashMap<String, KnownMap>,
    dialect: Dialect,
    store: Store,
    note: String,
    errors: ErrorTable,
    final_dump: FinalDump,
    summary: Summary,
}

/// What the script says about a map.
#[derive(Debug)]
struct KnownMap {
    is_keyed: bool,
    /// Whether its keys can hold blanks or parentheses, which 0.24 and later leave out.
    has_blanks: bool,
}

impl LineReader {
    pub(crate) fn new(limits: Limits) -> LineReader {
        LineReader {
            limits,
            maps: HashMap::new(),
            dialect: Dialect::default(),
            store: Store::default(),
            note: String::new(),
            errors: ErrorTable::default(),
            final_dump: FinalDump::default(),
            summary: Summary::default(),
        }
    }

    pub(crate) fn set_maps(&mut self, maps: impl IntoIterator<Item = MapHint>) {
        let known = maps.into_iter().map(|hint| {
            let has_blanks = hint.key.is_empty() || hint.key.iter().any(|part| part.may_hold_blanks());
            (hint.name, KnownMap { is_keyed: hint.is_keyed, has_blanks })
        });
        self.maps = known.collect();
    }

    pub(crate) fn set_release(&mut self, release: Release) {
        self.dialect = Dialect::of(release);
    }

    pub(crate) fn expect_final_dump(&mut self) {
        self.final_dump.expect();
    }

    pub(crate) fn summary(&self) -> Summary {
        Summary { final_maps: self.final_dump.length(&self.dialect), ..self.summary }
    }

    /// Whether a map of these parts of a line can be left out: a line with an escape can change how later ones are
    /// read.
    pub(crate) fn can_skip_map(&self, parts: &[&[u8]]) -> bool {
        self.dialect.is_settled() || parts.iter().all(|part| memchr(b'\\', part).is_none())
    }

    /// Counts a map that is left out.
    pub(crate) fn skip_map(&mut self) {
        self.summary.lines += 1;
        self.final_dump.other();
    }

    /// Reads a line; `is_cut`: the stream ended in it.
    pub(crate) fn line(
        &mut self,
        line: &[u8],
        is_cut: bool,
        now_millis: u64,
        sink: &mut impl FnMut(Event<'_>),
    ) {
        self.summary.lines += 1;
        let report = &mut |kind: EventKind<'_>| sink(Event { arrived_at_millis: now_millis, kind });
        if line.starts_with(MESSAGE_START) {
            return self.message(line, is_cut, report);
        }
        let length = line.len() as u64;
        if line.trim_ascii().is_empty() {
            self.final_dump.blank_line();
            return self.note(NoteKind::Blank, line, length, report);
        }
        // What a child prints without a line end stands in front of bpftrace's next message.
        if let Some(start) = self.later_message(line) {
            self.note(NoteKind::Foreign, &line[..start], start as u64, report);
            return self.message(&line[start..], is_cut, report);
        }
        self.final_dump.other();
        // A cut line that begins like a message is one; anything else is what somebody else printed.
        let is_message = is_cut && MESSAGE_START.starts_with(line);
        let kind = if is_message { NoteKind::Truncated } else { NoteKind::Foreign };
        self.note(kind, line, length, report);
    }

    /// Reports a line that is too long: `line` is its beginning.
    pub(crate) fn too_long(
        &mut self,
        line: &[u8],
        length: u64,
        now_millis: u64,
        sink: &mut impl FnMut(Event<'_>),
    ) {
        self.summary.lines += 1;
        self.final_dump.other();
        let report = &mut |kind: EventKind<'_>| sink(Event { arrived_at_millis: now_millis, kind });
        self.note(NoteKind::LineTooLong, line, length, report);
    }

    pub(crate) fn report_errors(&mut self, now_millis: u64, sink: &mut impl FnMut(Event<'_>)) {
        let events = &mut self.summary.events;
        self.errors.report(&mut |error| {
            *events += 1;
            sink(Event { arrived_at_millis: now_millis, kind: EventKind::Error(error) });
        });
    }

    /// Where a whole message begins, behind the beginning of a line.
    fn later_message(&mut self, line: &[u8]) -> Option<usize> {
        let start = memmem::find(line.get(1..)?, MESSAGE_START)? + 1;
        let message = self.read(&line[start..], std::str::from_utf8(&line[start..]).ok())?;
        (!matches!(message, Message::Unknown)).then_some(start)
    }

    /// Reads a line that begins as a message does; `utf8` is the same line if it is UTF-8.
    fn read(&mut self, line: &[u8], utf8: Option<&str>) -> Option<Message> {
        let maps = &self.maps;
        let is_keyed = |name: &str| maps.get(name).map(|map| map.is_keyed);
        let message = parser::parse(line, utf8, &mut self.store, &mut self.dialect, &is_keyed);
        let is_read = message.as_ref().is_some_and(|message| !matches!(message, Message::Unknown));
        if !is_read && text::has_unicode_escape(line) {
            self.dialect.escaped();
        }
        message
    }

    fn message(&mut self, line: &[u8], is_cut: bool, report: &mut impl FnMut(EventKind<'_>)) {
        let utf8 = std::str::from_utf8(line).ok();
        let message = self.read(line, utf8);
        if !matches!(message, Some(Message::Map { .. })) {
            self.final_dump.other();
        }
        let length = line.len() as u64;
        match message {
            Some(Message::Unknown) => self.note(NoteKind::UnknownMessage, line, length, report),
            Some(message) => {
                self.event(message, utf8.unwrap_or_default(), report);
            }
            None if is_cut => self.note(NoteKind::Truncated, line, length, report),
            None => {
                self.summary.unexplained += 1;
                match self.later_message(line) {
                    Some(start) => {
                        self.note(NoteKind::Malformed, &line[..start], start as u64, report);
                        self.message(&line[start..], is_cut, report);
                    }
                    None => self.note(NoteKind::Malformed, line, length, report),
                }
            }
        }
    }

    fn event(&mut self, message: Message, line: &str, report: &mut impl FnMut(EventKind<'_>)) {
        let LineReader { limits, maps, dialect, store, errors, final_dump, summary, .. } = self;
        let view = View { line, store };
        summary.errors += u64::from(matches!(message, Message::Error { .. }));
        let mut report = |kind: EventKind<'_>| {
            summary.events += 1;
            report(kind);
        };
        match message {
            Message::Attached { probes } => report(EventKind::Attached { probes }),
            Message::Map { name, kind, value } => {
                let name = view.text(name).as_str();
                let loses = dialect.loses_blanks() && maps.get(name).is_none_or(|map| map.has_blanks);
                let is_final_dump = final_dump.map(name, dialect);
                let entries = &store.entries[..];
                let excess = entries.len().saturating_sub(limits.max_keys);
                let value = match value {
                    MapNodes::Single(value) => MapValue::Single(view.value(value)),
                    MapNodes::Keyed => MapValue::Keyed(Entries { view, entries: &entries[excess..] }),
                };
                let keys_are_lossy = loses && matches!(value, MapValue::Keyed(_));
                report(EventKind::Map(MapMessage { name, kind, value, keys_are_lossy, is_final_dump }));
                if excess > 0 {
                    let amount = excess as u64;
                    report(EventKind::Note(Note { kind: NoteKind::KeysDropped, text: name, amount }));
                }
            }
            Message::Text { source, text } => report_text(source, view.text(text), limits, &mut report),
            Message::Value(value) => report(EventKind::Value(view.value(value))),
            Message::Lost { count } => report(EventKind::Lost { count }),
            Message::Error { kind, members } => {
                errors.take(script_error(kind, view, members), &mut |error| report(EventKind::Error(error)));
            }
            Message::Report { kind, data } => report(EventKind::Report { kind, data: view.value(data) }),
            Message::Warning(text) => {
                let text = view.text(text).cut(limits.max_text_bytes).as_str();
                report(EventKind::Note(Note { kind: NoteKind::Warning, text, amount: 0 }));
            }
            Message::Unknown => {}
        }
    }

    /// Reports a line as it is. `line` is what is kept of its `length` bytes.
    fn note(&mut self, kind: NoteKind, line: &[u8], length: u64, report: &mut impl FnMut(EventKind<'_>)) {
        let room = match kind {
            NoteKind::Malformed | NoteKind::Truncated | NoteKind::LineTooLong => EXCERPT_BYTES,
            _ => usize::MAX,
        };
        let kept = &line[..line.len().min(self.limits.max_text_bytes).min(room)];
        let amount = if (kept.len() as u64) < length { length } else { 0 };
        self.note.clear();
        store::push_lossy(kept, &mut self.note);
        self.summary.events += 1;
        report(EventKind::Note(Note { kind, text: self.note.trim_end_matches('\r'), amount }));
    }
}

/// Reports a text, cut at the bound.
fn report_text(source: TextSource, text: Text<'_>, limits: &Limits, report: &mut impl FnMut(EventKind<'_>)) {
    let kept = text.cut(limits.max_text_bytes);
    report(EventKind::Text { source, text: kept });
    let length = text.as_bytes().len();
    if kept.as_bytes().len() < length {
        let note = Note { kind: NoteKind::TextCut, text: source.name(), amount: length as u64 };
        report(EventKind::Note(note));
    }
}

fn script_error(kind: ScriptErrorKind, view: View<'_>, members: u32) -> ScriptError<'_> {
    let member = |name| match view.value(members) {
        Value::Record(record) => record.get(name),
        _ => None,
    };
    let text = |name| match member(name) {
        Some(Value::Text(text)) => text.cut(MAX_ERROR_TEXT_BYTES).as_str(),
        _ => "",
    };
    let number = |name| match member(name) {
        Some(Value::Number(number)) => number.to_i64(),
        _ => 0,
    };
    let position = |name| number(name).unsigned_abs();
    ScriptError {
        kind,
        message: text("msg"),
        helper: text("helper"),
        return_code: number("retcode"),
        file: text("filename"),
        line: position("line"),
        column: position("col"),
        count: 1,
    }
}
