//! Reads one message: driven by the shape of each message type, so that no generic tree is built for maps.
//!
//! All functions return `None` for a message that cannot be read. What bpftrace writes without quotes (up to 0.21:
//! `strftime()`, `strerror()`, `cgroup_path()`) or not at all (`{"@h": }`) is repaired where a value belongs.

mod json;

use bt_metrics::Bucket;
use memchr::memmem;

use crate::cursor::Cursor;
use crate::event::{MapKind, ScriptErrorKind, TextSource};
use crate::store::{EntryNode, Frame, Node, Store, TextSpan};
use crate::text;
use crate::value::{BucketCount, Number, Stats};

/// What every message starts with; a line that does not is none.
pub(crate) const MESSAGE_START: &[u8] = b"{\"type\":";

/// A message whose texts and values stand in the store.
pub(crate) enum Message {
    Attached { probes: u64, has_count: bool },
    Map { name: TextSpan, kind: MapKind, value: MapNodes },
    Text { source: TextSource, text: TextSpan },
    Value(usize),
    Lost { count: u64 },
    Error { kind: ScriptErrorKind, members: usize },
    Unknown,
}

/// Where the contents of a map stand.
pub(crate) enum MapNodes {
    Single(usize),
    Keyed,
}

/// What of the stream so far, and of the script, matters for reading the next message.
pub(crate) struct Dialect<'h> {
    /// The stream comes from 0.24 or later: a `\u` escape makes some later numbers hexadecimal.
    pub(crate) has_sticky_hex: bool,
    /// That has happened.
    pub(crate) hex: bool,
    /// Whether a map has keys, if the script is known.
    pub(crate) is_keyed: &'h dyn Fn(&str) -> Option<bool>,
}

/// Reads a line that starts with [`MESSAGE_START`]; `utf8` is the same line if it is UTF-8.
pub(crate) fn parse(
    line: &[u8],
    utf8: Option<&str>,
    store: &mut Store,
    dialect: &mut Dialect<'_>,
) -> Option<Message> {
    store.clear();
    let mut parser = Parser { cursor: Cursor::new(line), utf8, store, dialect };
    parser.message()
}

struct Parser<'l, 'p, 'h> {
    cursor: Cursor<'l>,
    utf8: Option<&'l str>,
    store: &'p mut Store,
    dialect: &'p mut Dialect<'h>,
}

/// What may follow a value without quotes, hence where it ends.
#[derive(Clone, Copy)]
enum Place {
    /// The only value of the message: it ends before this many closing braces at the end of the line.
    Last { braces: usize },
    /// The value of a key: it ends before the next key, else as above.
    Entry { braces: usize },
    /// A member of a list.
    Member,
}

impl Parser<'_, '_, '_> {
    fn message(&mut self) -> Option<Message> {
        self.cursor.at = MESSAGE_START.len();
        let kind_start = self.cursor.at;
        self.cursor.skip_blanks();
        self.text()?;
        let kind = self.cursor.line[kind_start..self.cursor.at].trim_ascii();
        match kind {
            b"\"map\"" => self.map(MapKind::Map),
            b"\"hist\"" => self.map(MapKind::Histogram),
            b"\"stats\"" => self.map(MapKind::Stats),
            b"\"tseries\"" => self.map(MapKind::TimeSeries),
            b"\"printf\"" => self.printed(TextSource::Printf),
            b"\"time\"" => self.printed(TextSource::Time),
            b"\"cat\"" => self.printed(TextSource::Cat),
            b"\"join\"" => self.printed(TextSource::Join),
            b"\"syscall\"" => self.printed(TextSource::Syscall),
            b"\"value\"" => self.printed_value(),
            b"\"attached_probes\"" => self.attached(),
            b"\"lost_events\"" => self.lost(),
            b"\"helper_error\"" => self.error(ScriptErrorKind::Helper),
            b"\"runtime_error\"" => self.error(ScriptErrorKind::Runtime),
            b"\"errorf\"" => self.error(ScriptErrorKind::Errorf),
            b"\"warnf\"" => self.error(ScriptErrorKind::Warnf),
            _ => Some(Message::Unknown),
        }
    }

    /// `, "data": ` (0.9.2: `"msg"`).
    fn data(&mut self) -> Option<()> {
        self.cursor.expect(b',')?;
        self.cursor.skip_blanks();
        let is_data = self.cursor.eat_exactly(b"\"data\"") || self.cursor.eat_exactly(b"\"msg\"");
        is_data.then_some(())?;
        self.cursor.expect(b':')?;
        self.cursor.skip_blanks();
        Some(())
    }

    /// The closing braces of the message and nothing behind them.
    fn close(&mut self, braces: usize) -> Option<()> {
        for _ in 0..braces {
            self.cursor.expect(b'}')?;
        }
        self.cursor.skip_blanks();
        self.cursor.is_at_end().then_some(())
    }

    fn printed(&mut self, source: TextSource) -> Option<Message> {
        self.data()?;
        let text = self.text()?;
        self.close(1)?;
        Some(Message::Text { source, text })
    }

    fn printed_value(&mut self) -> Option<Message> {
        self.data()?;
        let value = self.value_or_bare(Place::Last { braces: 1 })?;
        self.close(1)?;
        Some(Message::Value(value))
    }

    fn map(&mut self, kind: MapKind) -> Option<Message> {
        self.data()?;
        self.cursor.expect(b'{')?;
        let name = self.name()?;
        let value = match kind {
            MapKind::Map => self.plain_map(name),
            MapKind::Histogram => self.map_of(name, Place::Last { braces: 2 }, Self::histogram),
            MapKind::Stats => self.map_of(name, Place::Last { braces: 2 }, Self::stats),
            MapKind::TimeSeries => self.map_of(name, Place::Last { braces: 2 }, Self::series),
        }?;
        self.close(2)?;
        Some(Message::Map { name, kind, value })
    }

    /// `"name": `
    fn name(&mut self) -> Option<TextSpan> {
        self.cursor.skip_blanks();
        let name = self.text()?;
        self.cursor.expect(b':')?;
        self.cursor.skip_blanks();
        Some(name)
    }

    /// A struct and a map with keys are both objects. Without the script only a blank tells them apart: up to 0.23 a
    /// struct begins with `{ "`.
    fn plain_map(&mut self, name: TextSpan) -> Option<MapNodes> {
        let is_object = self.cursor.peek() == Some(b'{');
        let is_keyed = self.is_keyed(name).unwrap_or(!self.cursor.rest().starts_with(b"{ \""));
        if is_object && is_keyed {
            return self.entries(Self::value_or_bare);
        }
        self.value_or_bare(Place::Last { braces: 2 }).map(MapNodes::Single)
    }

    /// A map of histograms, statistics or series. An object can be one `stats()` or a map with keys.
    fn map_of(
        &mut self,
        name: TextSpan,
        place: Place,
        read: impl Fn(&mut Self, Place) -> Option<usize>,
    ) -> Option<MapNodes> {
        if self.is_keyed(name) != Some(true) {
            let start = self.cursor;
            if let Some(value) = read(self, place) {
                return Some(MapNodes::Single(value));
            }
            self.cursor = start;
        }
        self.entries(read)
    }

    fn is_keyed(&self, name: TextSpan) -> Option<bool> {
        let source = if name.decoded { Some(self.store.text.as_str()) } else { self.utf8 };
        (self.dialect.is_keyed)(source?.get(name.start..name.end)?)
    }

    fn entries(&mut self, read: impl Fn(&mut Self, Place) -> Option<usize>) -> Option<MapNodes> {
        self.cursor.expect(b'{')?;
        if self.cursor.eat(b'}') {
            return Some(MapNodes::Keyed);
        }
        loop {
            let key = self.name()?;
            let value = read(self, Place::Entry { braces: 3 })?;
            self.store.entries.push(EntryNode { key, value });
            if !self.cursor.eat(b',') {
                self.cursor.expect(b'}')?;
                return Some(MapNodes::Keyed);
            }
        }
    }

    /// `[{"min": 4, "max": 7, "count": 2}, …]`; nothing at all after `zero()` up to 0.15.
    fn histogram(&mut self, _: Place) -> Option<usize> {
        let first = self.store.buckets.len();
        if self.cursor.peek() != Some(b'}') {
            self.cursor.expect(b'[')?;
            while !self.cursor.eat(b']') {
                let bucket = self.bucket()?;
                self.store.buckets.push(bucket);
                self.cursor.eat(b',');
            }
        }
        let end = self.store.buckets.len();
        Some(self.store.push(Node::Buckets { first, end }))
    }

    fn bucket(&mut self) -> Option<BucketCount> {
        self.cursor.expect(b'{')?;
        self.cursor.skip_blanks();
        let mut bucket = Bucket { low: None, high: None };
        if self.cursor.eat_exactly(b"\"min\": ") {
            bucket.low = Some(self.quotable_number()?.to_i64());
            self.cursor.expect(b',')?;
            self.cursor.skip_blanks();
        }
        if self.cursor.eat_exactly(b"\"max\": ") {
            bucket.high = Some(self.quotable_number()?.to_i64());
            self.cursor.expect(b',')?;
            self.cursor.skip_blanks();
        }
        self.cursor.eat_exactly(b"\"count\": ").then_some(())?;
        let base = if self.dialect.hex { 16 } else { 10 };
        let count = self.cursor.digits(base)?;
        self.cursor.expect(b'}')?;
        Some(BucketCount { bucket, count })
    }

    /// `{"count": 2, "average": -15, "total": -30}`, or the number of `avg()`.
    fn stats(&mut self, place: Place) -> Option<usize> {
        if self.cursor.peek() != Some(b'{') {
            return self.value_or_bare(place);
        }
        let mut read = |name: &[u8]| {
            self.cursor.skip_blanks();
            self.cursor.eat_exactly(name).then_some(())?;
            self.quotable_number()
        };
        let count = read(b"{\"count\": ")?.to_u64();
        let average = read(b", \"average\": ")?;
        let total = read(b", \"total\": ")?;
        self.cursor.expect(b'}')?;
        self.store.stats.push(Stats { count, average, total });
        let index = self.store.stats.len() - 1;
        Some(self.store.push(Node::Stats { index }))
    }

    /// `[{"interval_start":"…","value":8},{…}]`; 0.24 forgets the quotes and the commas, and has `null` for gaps.
    fn series(&mut self, _: Place) -> Option<usize> {
        self.cursor.expect(b'[')?;
        let list = self.store.push(Node::List { end: 0 });
        while !self.cursor.eat(b']') {
            if !self.cursor.eat_exactly(b"null") {
                self.point()?;
            }
            self.cursor.eat(b',');
        }
        self.store.nodes[list] = Node::List { end: self.store.nodes.len() };
        Some(list)
    }

    fn point(&mut self) -> Option<()> {
        self.cursor.expect(b'{')?;
        let record = self.store.push(Node::Record { end: 0 });
        let start = self.name()?;
        self.store.push(Node::Name(start));
        if self.cursor.peek() == Some(b'"') { self.value(0) } else { self.bare(Place::Member) }?;
        self.cursor.expect(b',')?;
        let value = self.name()?;
        self.store.push(Node::Name(value));
        if self.dialect.hex && self.cursor.peek() != Some(b'"') {
            let value = self.cursor.digits(16)?.cast_signed();
            self.store.push(Node::Number(Number::Int(value)));
        } else {
            self.value(0)?;
        }
        self.cursor.expect(b'}')?;
        self.store.nodes[record] = Node::Record { end: self.store.nodes.len() };
        Some(())
    }

    /// A number; since 0.24 one beyond 2^53 comes in quotes.
    fn quotable_number(&mut self) -> Option<Number> {
        let is_quoted = self.cursor.eat_exactly(b"\"");
        let number = self.cursor.number()?;
        if is_quoted {
            self.cursor.expect(b'"')?;
        }
        Some(number)
    }

    fn attached(&mut self) -> Option<Message> {
        let members = self.members()?;
        let count = self.member_number(members, "count");
        let data = self.member(members, "data").and_then(|data| self.member_number(data, "probes"));
        let probes = data.or(count).or_else(|| self.member_number(members, "probes"))?;
        Some(Message::Attached { probes, has_count: count.is_some() })
    }

    /// The count may be hexadecimal, and instead of it there may be text (about watchpoints): then nothing was lost.
    fn lost(&mut self) -> Option<Message> {
        let events = b"\"events\":";
        let Some(position) = memmem::find(self.cursor.rest(), events) else {
            self.members()?;
            return Some(Message::Unknown);
        };
        self.cursor.at += position + events.len();
        self.cursor.skip_blanks();
        let base = if self.dialect.hex { 16 } else { 10 };
        let count = self.cursor.digits(base)?;
        Some(Message::Lost { count })
    }

    fn error(&mut self, kind: ScriptErrorKind) -> Option<Message> {
        let members = self.members()?;
        Some(Message::Error { kind, members })
    }

    /// The whole message as a record.
    fn members(&mut self) -> Option<usize> {
        self.cursor.at = 0;
        let record = self.value(0)?;
        self.close(0)?;
        Some(record)
    }

    fn member(&self, record: usize, wanted: &str) -> Option<usize> {
        let frame = Frame { line: self.utf8.unwrap_or_default(), store: self.store };
        let Node::Record { end } = self.store.nodes[record] else { return None };
        let mut at = record + 1;
        while at < end {
            let Node::Name(name) = self.store.nodes[at] else { return None };
            if frame.text(name) == wanted {
                return Some(at + 1);
            }
            at = frame.after(at + 1);
        }
        None
    }

    fn member_number(&self, record: usize, wanted: &str) -> Option<u64> {
        match self.store.nodes[self.member(record, wanted)?] {
            Node::Number(number) => Some(number.to_u64()),
            _ => None,
        }
    }

    fn text(&mut self) -> Option<TextSpan> {
        let read = text::read(&mut self.cursor, self.store, self.utf8.is_some())?;
        self.dialect.hex |= self.dialect.has_sticky_hex && read.has_unicode_escape;
        Some(read.span)
    }
}
