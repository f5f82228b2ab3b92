//! Cuts the stream into lines, in chunks of any size.

use memchr::memchr;

use crate::event::Event;
use crate::key::KeyPart;
use crate::limits::Limits;
use crate::line_reader::LineReader;
use crate::newest::mark_replaced;
use crate::store;

/// What the script says about a map: helps where bpftrace's JSON alone is ambiguous.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MapHint {
    /// Its name with `@`.
    pub name: String,
    /// Whether it has keys.
    pub is_keyed: bool,
    /// The parts of its keys; empty if they are not known.
    pub key: Vec<KeyPart>,
}

/// A release of bpftrace: of 0.23.2, 0 and 23. The patch level changes nothing here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Release {
    /// 0, so far.
    pub major: u16,
    /// From 9 on.
    pub minor: u16,
}

/// Counts of a stream.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Lines, blank ones included.
    pub lines: u64,
    /// Events reported, notes included.
    pub events: u64,
    /// Messages about errors of the script, each repetition included.
    pub errors: u64,
    /// Lines that look like a message but could not be read.
    pub unexplained: u64,
    /// How many of the last events print the dump of all maps, if the stream ends here. From 0.24 on nothing
    /// announces it: then those count that are in its order.
    pub final_maps: u64,
}

/// Decodes one stream of `bpftrace -f json`.
#[derive(Debug)]
pub struct Decoder {
    limits: Limits,
    /// The beginning of a line whose end has not come yet; at most `max_line_bytes`.
    pending: Vec<u8>,
    /// Bytes of the pending line that are not kept because it is too long.
    skipped: u64,
    /// For [`Self::push_newest`], kept for its memory only.
    is_replaced: Vec<bool>,
    lines: LineReader,
}

impl Decoder {
    /// Positions within a line are kept in 32 bits, and what is no UTF-8 becomes longer.
    const MAX_LINE_BYTES: usize = 1 << 28;

    /// A decoder for a stream of which nothing is known.
    pub fn new(mut limits: Limits) -> Decoder {
        limits.max_line_bytes = limits.max_line_bytes.min(Self::MAX_LINE_BYTES);
        Decoder {
            limits,
            pending: Vec::new(),
            skipped: 0,
            is_replaced: Vec::new(),
            lines: LineReader::new(limits),
        }
    }

    /// The same for the output of a script with these maps.
    pub fn with_maps(mut self, maps: impl IntoIterator<Item = MapHint>) -> Decoder {
        self.lines.set_maps(maps);
        self
    }

    /// The same for the output of this release. Without it, the stream has to tell, which it mostly does.
    pub fn of_release(mut self, release: Release) -> Decoder {
        self.lines.set_release(release);
        self
    }

    /// Takes the next bytes, which came at `now_millis`, and reports every line that they complete.
    pub fn push(&mut self, mut bytes: &[u8], now_millis: u64, sink: &mut impl FnMut(Event<'_>)) {
        while let Some(length) = memchr(b'\n', bytes) {
            let line = &bytes[..length];
            if self.pending.is_empty() && self.skipped == 0 && line.len() <= self.limits.max_line_bytes {
                self.lines.line(line, false, now_millis, sink);
            } else {
                self.keep(line);
                self.take_pending(false, now_millis, sink);
            }
            bytes = &bytes[length + 1..];
        }
        self.keep(bytes);
    }

    /// Does the same, but of several prints of one map it reads only the last: whoever looks at values sees no other.
    /// So a script that prints faster than anybody looks costs little.
    pub fn push_newest(&mut self, mut bytes: &[u8], now_millis: u64, sink: &mut impl FnMut(Event<'_>)) {
        let mut is_replaced = std::mem::take(&mut self.is_replaced);
        mark_replaced(&self.pending, bytes, &mut is_replaced);
        for is_replaced in is_replaced.drain(..) {
            let Some(length) = memchr(b'\n', bytes) else { break };
            let (line, rest) = bytes.split_at(length + 1);
            if is_replaced && self.skipped == 0 && self.lines.can_skip_map(&[&self.pending, line]) {
                self.lines.skip_map();
                self.pending.clear();
            } else {
                self.push(line, now_millis, sink);
            }
            bytes = rest;
        }
        self.is_replaced = is_replaced;
        self.keep(bytes);
    }

    /// From now on, maps belong to the final dump: bpftrace was told to end.
    pub fn expect_final_dump(&mut self) {
        self.lines.expect_final_dump();
    }

    /// Reports errors of the script that came again since they were last reported.
    pub fn report_errors(&mut self, now_millis: u64, sink: &mut impl FnMut(Event<'_>)) {
        self.lines.report_errors(now_millis, sink);
    }

    /// Ends the stream: reports the line that its end cut, if there is one, and errors that came again.
    pub fn finish(&mut self, now_millis: u64, sink: &mut impl FnMut(Event<'_>)) {
        if !self.pending.is_empty() || self.skipped > 0 {
            self.take_pending(true, now_millis, sink);
        }
        self.report_errors(now_millis, sink);
    }

    /// Counts so far.
    pub fn summary(&self) -> Summary {
        self.lines.summary()
    }

    fn keep(&mut self, bytes: &[u8]) {
        let room = self.limits.max_line_bytes - self.pending.len();
        let kept = bytes.len().min(room);
        self.pending.extend_from_slice(&bytes[..kept]);
        self.skipped += (bytes.len() - kept) as u64;
    }

    fn take_pending(&mut self, is_cut: bool, now_millis: u64, sink: &mut impl FnMut(Event<'_>)) {
        let mut line = std::mem::take(&mut self.pending);
        if self.skipped > 0 {
            let length = line.len() as u64 + self.skipped;
            self.lines.too_long(&line, length, now_millis, sink);
            self.skipped = 0;
        } else {
            self.lines.line(&line, is_cut, now_millis, sink);
        }
        store::clear(&mut line);
        self.pending = line;
    }
}
