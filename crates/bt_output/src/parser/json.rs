//! Values: JSON, and what bpftrace writes in its place.

use memchr::memmem;

use super::{Parser, Place};
use crate::cursor::Cursor;
use crate::store::{Node, TextSpan};
use crate::text;
use crate::value::Number;

/// Values in values; bpftrace's types do not nest deeper than its own parser allows.
const MAX_DEPTH: usize = 64;

/// Characters of 2^53 + 1 and of `i64::MIN`: no number in quotes is shorter or longer.
const SHORTEST_QUOTED: u32 = 16;
const LONGEST_QUOTED: u32 = 20;

impl Parser<'_, '_, '_> {
    /// A JSON value, or else text without quotes, or nothing.
    pub(super) fn value_or_bare(&mut self, place: Place) -> Option<u32> {
        let (start, mark) = (self.cursor, self.store.mark());
        if let Some(value) = self.value(0)
            && self.ends_here(place)
        {
            return Some(value);
        }
        self.cursor = start;
        self.store.rewind(mark);
        let value = self.bare(place)?;
        // The last values without quotes were the ones of macaddr().
        self.dialect.at_most(23);
        Some(value)
    }

    fn ends_here(&self, place: Place) -> bool {
        let mut ahead = self.cursor;
        ahead.skip_blanks();
        match place {
            Place::Last { .. } => ahead.peek() == Some(b'}'),
            Place::Entry { .. } | Place::Member { .. } => matches!(ahead.peek(), Some(b'}' | b']' | b',')),
        }
    }

    pub(super) fn value(&mut self, depth: usize) -> Option<u32> {
        self.cursor.skip_blanks();
        match self.cursor.peek()? {
            b'-' | b'0'..=b'9' => {
                let number = self.cursor.number()?;
                Some(self.store.push(Node::Number(number)))
            }
            b'"' => {
                let text = self.text()?;
                let node = self.quoted_number(text).map_or(Node::Text(text), Node::Number);
                Some(self.store.push(node))
            }
            b'[' if depth < MAX_DEPTH => self.list(depth + 1),
            b'{' if depth < MAX_DEPTH => self.record(depth + 1),
            _ if self.cursor.eat_exactly(b"true") => Some(self.store.push(Node::Bool(true))),
            _ if self.cursor.eat_exactly(b"false") => Some(self.store.push(Node::Bool(false))),
            _ if self.cursor.eat_exactly(b"null") => Some(self.store.push(Node::Null)),
            _ => None,
        }
    }

    /// Since 0.24 numbers that a double does not hold exactly come in quotes. Nothing is lost if it was a text: as text the
    /// number looks the same.
    fn quoted_number(&self, text: TextSpan) -> Option<Number> {
        let is_number_length = (SHORTEST_QUOTED..=LONGEST_QUOTED).contains(&(text.end - text.start));
        if !is_number_length || self.is_record || !self.dialect.quotes_numbers() {
            return None;
        }
        let text = self.view().text(text).as_str();
        let mut cursor = Cursor::new(text.as_bytes());
        let number = cursor.number().filter(|_| cursor.is_at_end())?;
        let is_exact = match number {
            Number::Int(value) => value as f64 as i128 == i128::from(value),
            Number::Uint(value) => value as f64 as i128 == i128::from(value),
        };
        (!is_exact).then_some(number)
    }

    fn list(&mut self, depth: usize) -> Option<u32> {
        self.cursor.expect(b'[')?;
        let list = self.store.push(Node::List { end: 0 });
        if !self.cursor.eat(b']') {
            loop {
                self.member_value(depth, b']')?;
                if !self.cursor.eat(b',') {
                    self.cursor.expect(b']')?;
                    break;
                }
            }
        }
        self.store.nodes[list as usize] = Node::List { end: self.store.node_count() };
        Some(list)
    }

    /// A value in a list or a record that ends with `close`.
    fn member_value(&mut self, depth: usize, close: u8) -> Option<()> {
        // A blank left in front would make a broken list look like text, to be read again at each depth.
        self.cursor.skip_blanks();
        let (start, mark) = (self.cursor, self.store.mark());
        if self.value(depth).is_none() {
            self.cursor = start;
            self.store.rewind(mark);
            self.bare(Place::Member { close })?;
        }
        Some(())
    }

    fn record(&mut self, depth: usize) -> Option<u32> {
        self.cursor.expect(b'{')?;
        let record = self.store.push(Node::Record { end: 0 });
        if !self.cursor.eat(b'}') {
            loop {
                let name = self.name()?;
                self.store.push(Node::Name(name));
                self.member_value(depth, b'}')?;
                if !self.cursor.eat(b',') {
                    self.cursor.expect(b'}')?;
                    break;
                }
            }
        }
        self.store.nodes[record as usize] = Node::Record { end: self.store.node_count() };
        Some(record)
    }

    /// Takes what stands where a value belongs as text. Broken strings, lists and objects are no such text.
    pub(super) fn bare(&mut self, place: Place) -> Option<u32> {
        let start = self.cursor.at;
        if matches!(self.cursor.peek(), Some(b'"' | b'{' | b'[')) {
            return None;
        }
        let end = match place {
            Place::Last { braces } => self.end_of_last(braces)?,
            Place::Entry { braces } => match self.start_of_next_entry() {
                Some(end) => end,
                None => self.end_of_last(braces)?,
            },
            Place::Member { close } => start + memchr::memchr2(b',', close, self.cursor.rest())?,
        };
        self.cursor.at = end;
        if start == end {
            return Some(self.store.push(Node::Null));
        }
        let text = self.store.push_text(self.cursor.line[start..end].trim_ascii_end());
        Some(self.store.push(Node::Text(text)))
    }

    /// Where the closing braces at the end of the line begin.
    fn end_of_last(&self, braces: usize) -> Option<usize> {
        let trimmed = self.cursor.line.trim_ascii_end();
        let end = trimmed.len().checked_sub(braces)?;
        let are_braces = trimmed[end..].iter().all(|byte| *byte == b'}');
        (are_braces && end >= self.cursor.at).then_some(end)
    }

    /// Where `, "KEY": ` begins.
    fn start_of_next_entry(&mut self) -> Option<usize> {
        let mut ahead = self.cursor;
        while let Some(position) = memmem::find(ahead.rest(), b", \"") {
            let start = ahead.at + position;
            ahead.at = start + 2;
            let scratch = &mut self.store.scratch[0];
            let is_key = text::read_escaped(&mut ahead, scratch).is_some() && ahead.eat_exactly(b": ");
            if is_key {
                return Some(start);
            }
            ahead.at = start + 3;
        }
        None
    }
}
