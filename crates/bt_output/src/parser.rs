//! Reads one message: driven by the shape of each message type, so that no generic tree is built for maps.
//!
//! All functions return `None` for a message that cannot be read. What bpftrace writes without quotes (up to 0.21:
//! `strftime()`, `strerror()`, `cgroup_path()`) or not at all (`{"@h": }`) is repaired where a value belongs.

mod json;
mod keys;
mod report;

use bt_metrics::Bucket;

use crate::cursor::Cursor;
use crate::dialect::{Dialect, KeyEscapes};
use crate::event::{MapKind, ReportKind, ScriptErrorKind, TextSource};
use crate::store::{EntryNode, Node, Store, TextSpan, View};
use crate::text;
use crate::value::{BucketCount, Number, Stats};

/// What every message starts with; a line that does not is none.
pub(crate) const MESSAGE_START: &[u8] = b"{\"type\":";

/// A message whose texts and values stand in the store.
pub(crate) enum Message {
    Attached { probes: u64 },
    Map { name: TextSpan, kind: MapKind, value: MapNodes },
    Text { source: TextSource, text: TextSpan },
    Value(u32),
    Lost { count: u64 },
    Error { kind: ScriptErrorKind, members: u32 },
    Report { kind: ReportKind, data: u32 },
    Warning(TextSpan),
    Unknown,
}

/// Where the contents of a map stand.
pub(crate) enum MapNodes {
    Single(u32),
    Keyed,
}

/// Whether a map has keys, by its name, if the script is known.
pub(crate) type IsKeyed<'h> = &'h dyn Fn(&str) -> Option<bool>;

/// Reads a line that starts with [`MESSAGE_START`]; `utf8` is the same line if it is UTF-8.
///
/// A line can tell which release wrote it; then it is read again from its start.
pub(crate) fn parse(
    line: &[u8],
    utf8: Option<&str>,
    store: &mut Store,
    dialect: &mut Dialect,
    is_keyed: IsKeyed<'_>,
) -> Option<Message> {
    let mut read = |dialect: &mut Dialect| {
        store.clear();
        let cursor = Cursor::new(line);
        Parser { cursor, utf8, store, dialect, is_keyed, judged_keys: None, is_record: false }.message()
    };
    let before = *dialect;
    let message = read(dialect);
    if message.is_none() && dialect.may_be_hex() {
        let mut newer = dialect.with_escapes_of(&before);
        newer.at_least(24);
        let message = read(&mut newer)?;
        *dialect = newer;
        return Some(message);
    }
    if message.is_some() && dialect.reads_unlike(&before) {
        *dialect = dialect.with_escapes_of(&before);
        return read(dialect);
    }
    message
}

struct Parser<'l, 'p, 'h> {
    cursor: Cursor<'l>,
    utf8: Option<&'l str>,
    store: &'p mut Store,
    dialect: &'p mut Dialect,
    is_keyed: IsKeyed<'h>,
    /// How often the keys of this message are escaped, if only it could tell.
    judged_keys: Option<KeyEscapes>,
    /// The message is read as a record of texts: what is in quotes is no number.
    is_record: bool,
}

/// What may follow a value without quotes, hence where it ends.
#[derive(Clone, Copy)]
enum Place {
    /// The only value of the message: it ends before this many closing braces at the end of the line.
    Last { braces: usize },
    /// The value of a key: it ends before the next key, else as above.
    Entry { braces: usize },
    /// A member of a list or of a record: it ends before a comma or this.
    Member { close: u8 },
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
            b"\"benchmark_result\"" | b"\"benchmark_results\"" => self.report(ReportKind::Benchmark),
            b"\"test_result\"" => self.report(ReportKind::Test),
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
        if kind == MapKind::TimeSeries {
            self.dialect.at_least(24);
        }
        let value = match kind {
            MapKind::Map => self.plain_map(name),
            MapKind::Histogram => self.map_of(name, Place::Last { braces: 2 }, Self::histogram),
            MapKind::Stats => self.map_of(name, Place::Last { braces: 2 }, Self::stats),
            MapKind::TimeSeries => self.map_of(name, Place::Last { braces: 2 }, Self::series),
        }?;
        self.close(2)?;
        Some(Message::Map { name, kind, value })
    }

    /// `"name": ` of a member.
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
        let is_spaced_struct = self.cursor.rest().starts_with(b"{ \"");
        if is_spaced_struct {
            self.dialect.at_most(23);
        }
        let is_keyed = self.is_keyed(name).unwrap_or(!is_spaced_struct);
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
        read: impl Fn(&mut Self, Place) -> Option<u32>,
    ) -> Option<MapNodes> {
        if self.is_keyed(name) != Some(true) {
            let (start, mark) = (self.cursor, self.store.mark());
            if let Some(value) = read(self, place) {
                return Some(MapNodes::Single(value));
            }
            self.cursor = start;
            self.store.rewind(mark);
        }
        self.entries(read)
    }

    fn is_keyed(&self, name: TextSpan) -> Option<bool> {
        (self.is_keyed)(self.view().text(name).as_str())
    }

    fn entries(&mut self, read: impl Fn(&mut Self, Place) -> Option<u32>) -> Option<MapNodes> {
        self.cursor.expect(b'{')?;
        if self.cursor.eat(b'}') {
            return Some(MapNodes::Keyed);
        }
        loop {
            let key = self.key()?;
            let value = read(self, Place::Entry { braces: 3 })?;
            self.store.entries.push(EntryNode { key, value });
            if !self.cursor.eat(b',') {
                self.cursor.expect(b'}')?;
                return Some(MapNodes::Keyed);
            }
        }
    }

    /// `[{"min": 4, "max": 7, "count": 2}, …]`; nothing at all after `zero()` up to 0.15.
    fn histogram(&mut self, _: Place) -> Option<u32> {
        let first = self.store.buckets.len() as u32;
        if self.cursor.peek() != Some(b'}') {
            self.cursor.expect(b'[')?;
            while !self.cursor.eat(b']') {
                let bucket = self.bucket()?;
                self.store.buckets.push(bucket);
                // Only since 0.24 no blank follows.
                if self.cursor.eat(b',') {
                    match self.cursor.peek() {
                        Some(b'{') => self.dialect.at_least(24),
                        _ => self.dialect.at_most(23),
                    }
                }
            }
        }
        let end = self.store.buckets.len() as u32;
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
        let count = self.count()?;
        self.cursor.expect(b'}')?;
        Some(BucketCount { bucket, count })
    }

    /// `{"count": 2, "average": -15, "total": -30}`, or the number of `avg()`.
    fn stats(&mut self, place: Place) -> Option<u32> {
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
        let index = self.store.stats.len() as u32 - 1;
        Some(self.store.push(Node::Stats { index }))
    }

    /// `[{"interval_start":"…","value":8},{…}]`; 0.24 forgets the quotes and the commas, and has `null` for gaps.
    fn series(&mut self, _: Place) -> Option<u32> {
        self.cursor.expect(b'[')?;
        let list = self.store.push(Node::List { end: 0 });
        while !self.cursor.eat(b']') {
            if !self.cursor.eat_exactly(b"null") {
                self.point()?;
            }
            self.cursor.eat(b',');
        }
        self.store.nodes[list as usize] = Node::List { end: self.store.node_count() };
        Some(list)
    }

    fn point(&mut self) -> Option<()> {
        self.cursor.expect(b'{')?;
        let record = self.store.push(Node::Record { end: 0 });
        let start = self.name()?;
        self.store.push(Node::Name(start));
        if self.cursor.peek() == Some(b'"') {
            self.value(0)
        } else {
            self.bare(Place::Member { close: b'}' })
        }?;
        self.cursor.expect(b',')?;
        let value = self.name()?;
        self.store.push(Node::Name(value));
        if self.dialect.is_hex() && self.cursor.peek() != Some(b'"') {
            let value = self.cursor.hexadecimal()?.cast_signed();
            self.store.push(Node::Number(Number::Int(value)));
        } else {
            self.value(0)?;
        }
        self.cursor.expect(b'}')?;
        self.store.nodes[record as usize] = Node::Record { end: self.store.node_count() };
        Some(())
    }

    /// The count of a bucket, or of lost events.
    #[inline]
    fn count(&mut self) -> Option<u64> {
        if self.dialect.is_hex() { self.cursor.hexadecimal() } else { self.cursor.decimal() }
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

    fn view(&self) -> View<'_> {
        View { line: self.utf8.unwrap_or_default(), store: self.store }
    }

    fn text(&mut self) -> Option<TextSpan> {
        let read = text::read(&mut self.cursor, self.store, self.utf8.is_some())?;
        if read.has_unicode_escape {
            self.dialect.escaped();
        }
        Some(read.span)
    }
}
