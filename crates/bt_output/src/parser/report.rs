//! Messages that are about neither maps nor text: what was attached and lost, what went wrong.

use memchr::memmem;

use super::{Message, Parser};
use crate::event::{ReportKind, ScriptErrorKind};
use crate::store::Node;

impl Parser<'_, '_, '_> {
    pub(super) fn attached(&mut self) -> Option<Message> {
        let members = self.members()?;
        let count = self.member_number(members, "count");
        let data = self.member(members, "data").and_then(|data| self.member_number(data, "probes"));
        match (count, data) {
            (Some(_), _) => self.dialect.at_least(24),
            (None, Some(_)) => self.dialect.at_most(23),
            // 0.9.2, and no later one.
            (None, None) => self.dialect.at_most(9),
        }
        let probes = data.or(count).or_else(|| self.member_number(members, "probes"))?;
        Some(Message::Attached { probes })
    }

    /// The count may be hexadecimal, and instead of it there may be text (about watchpoints): then nothing was lost.
    pub(super) fn lost(&mut self) -> Option<Message> {
        let events = b"\"events\":";
        let rest = self.cursor.rest();
        let Some(position) = memmem::find(rest, events) else {
            let members = self.members()?;
            let data = self.member(members, "data").map(|data| self.store.nodes[data as usize]);
            return match data {
                Some(Node::Text(text)) => Some(Message::Warning(text)),
                _ => Some(Message::Unknown),
            };
        };
        if memmem::find(&rest[..position], b"\"count\":").is_some() {
            self.dialect.at_least(24);
        } else {
            self.dialect.at_most(23);
        }
        self.cursor.at += position + events.len();
        self.cursor.skip_blanks();
        let count = self.count()?;
        Some(Message::Lost { count })
    }

    pub(super) fn error(&mut self, kind: ScriptErrorKind) -> Option<Message> {
        let members = self.members()?;
        let has = |name| self.member(members, name).is_some();
        let (has_file, has_message) = (has("filename"), has("msg"));
        match kind {
            ScriptErrorKind::Helper if has_file => self.dialect.at_least(24),
            ScriptErrorKind::Helper if has_message => {
                self.dialect.at_least(20);
                self.dialect.at_most(23);
            }
            ScriptErrorKind::Helper => self.dialect.at_most(19),
            _ => self.dialect.at_least(24),
        }
        Some(Message::Error { kind, members })
    }

    /// What `--bench` and `--test` found.
    pub(super) fn report(&mut self, kind: ReportKind) -> Option<Message> {
        let members = self.members()?;
        self.dialect.at_least(24);
        let data = self.member(members, "data")?;
        Some(Message::Report { kind, data })
    }

    /// The whole message as a record.
    fn members(&mut self) -> Option<u32> {
        self.cursor.at = 0;
        self.is_record = true;
        let record = self.value(0)?;
        self.close(0)?;
        Some(record)
    }

    fn member(&self, record: u32, wanted: &str) -> Option<u32> {
        let view = self.view();
        let Node::Record { end } = self.store.nodes[record as usize] else { return None };
        let mut at = record + 1;
        while at < end {
            let Node::Name(name) = self.store.nodes[at as usize] else { return None };
            if view.text(name).as_str() == wanted {
                return Some(at + 1);
            }
            at = view.after(at + 1);
        }
        None
    }

    fn member_number(&self, record: u32, wanted: &str) -> Option<u64> {
        match self.store.nodes[self.member(record, wanted)? as usize] {
            Node::Number(number) => Some(number.to_u64()),
            _ => None,
        }
    }
}
