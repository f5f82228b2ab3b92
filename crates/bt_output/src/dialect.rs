//! What the stream so far says about the release that writes it, as far as it matters for reading on.
//!
//! Minor numbers are enough: there is no release but 0.x. `attached_probes` tells 0.24 and later from the ones before;
//! with `-q` there is none, and other shapes have to tell.

use crate::decoder::Release;

/// The release that changed how nearly everything is written: numbers in hexadecimal after an escape, numbers in
/// quotes, keys without blanks, no blank lines.
const REWRITTEN: u16 = 24;
/// The releases that escape keys twice.
const KEYS_TWICE: std::ops::RangeInclusive<u16> = 22..=23;

/// What the stream so far, and the caller, say about the release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Dialect {
    oldest: u16,
    newest: u16,
    /// There was a `\u` escape.
    has_escape: bool,
    /// A key was certainly escaped once only.
    keys_once: bool,
}

/// How often keys are escaped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyEscapes {
    /// As all text.
    Once,
    /// As all text, and then the result again.
    Twice,
    /// The release is not known well enough.
    Unknown,
}

impl Default for Dialect {
    fn default() -> Dialect {
        Dialect { oldest: 0, newest: u16::MAX, has_escape: false, keys_once: false }
    }
}

impl Dialect {
    pub(crate) fn of(release: Release) -> Dialect {
        let minor = if release.major == 0 { release.minor } else { u16::MAX };
        Dialect { oldest: minor, newest: minor, ..Dialect::default() }
    }

    /// Something that this release was the first to write. What contradicts is left aside.
    pub(crate) fn at_least(&mut self, minor: u16) {
        if minor <= self.newest {
            self.oldest = self.oldest.max(minor);
        }
    }

    /// Something that this release was the last to write.
    pub(crate) fn at_most(&mut self, minor: u16) {
        if minor >= self.oldest {
            self.newest = self.newest.min(minor);
        }
    }

    /// A `\u` escape was written.
    pub(crate) fn escaped(&mut self) {
        self.has_escape = true;
    }

    /// Whether counts of buckets and losses are hexadecimal at this point.
    pub(crate) fn is_hex(&self) -> bool {
        self.has_escape && self.oldest >= REWRITTEN
    }

    /// Whether they may be: an escape came, and the release is not known well enough.
    pub(crate) fn may_be_hex(&self) -> bool {
        self.has_escape && self.oldest < REWRITTEN && self.newest >= REWRITTEN
    }

    /// Whether keys come without their blanks and outer parentheses.
    pub(crate) fn loses_blanks(&self) -> bool {
        self.oldest >= REWRITTEN
    }

    /// Whether numbers that a double does not hold come in quotes.
    pub(crate) fn quotes_numbers(&self) -> bool {
        self.oldest >= REWRITTEN
    }

    /// Whether two blank lines announce the final dump.
    pub(crate) fn announces_dump(&self) -> bool {
        self.oldest < REWRITTEN
    }

    pub(crate) fn key_escapes(&self) -> KeyEscapes {
        if self.keys_once || self.oldest > *KEYS_TWICE.end() || self.newest < *KEYS_TWICE.start() {
            KeyEscapes::Once
        } else if self.oldest >= *KEYS_TWICE.start() && self.newest <= *KEYS_TWICE.end() {
            KeyEscapes::Twice
        } else {
            KeyEscapes::Unknown
        }
    }

    /// A key was certainly escaped this often.
    pub(crate) fn keys_are(&mut self, escapes: KeyEscapes) {
        self.keys_once |= escapes == KeyEscapes::Once;
        match escapes {
            KeyEscapes::Once if self.newest <= *KEYS_TWICE.end() => self.at_most(KEYS_TWICE.start() - 1),
            KeyEscapes::Once if self.oldest >= *KEYS_TWICE.start() => self.at_least(KEYS_TWICE.end() + 1),
            KeyEscapes::Twice => {
                self.at_least(*KEYS_TWICE.start());
                self.at_most(*KEYS_TWICE.end());
            }
            _ => {}
        }
    }

    /// Whether no escape can change any more how later lines are read.
    pub(crate) fn is_settled(&self) -> bool {
        let is_escape_known = self.has_escape || self.newest < REWRITTEN;
        is_escape_known && self.key_escapes() != KeyEscapes::Unknown
    }

    /// Whether the same line would be read in another way.
    pub(crate) fn reads_unlike(&self, other: &Dialect) -> bool {
        let decides = |dialect: &Dialect| (dialect.oldest >= REWRITTEN, dialect.key_escapes());
        decides(self) != decides(other)
    }

    /// The same but for what escapes did: how the line is read again from its start.
    pub(crate) fn with_escapes_of(self, before: &Dialect) -> Dialect {
        Dialect { has_escape: before.has_escape, ..self }
    }
}
