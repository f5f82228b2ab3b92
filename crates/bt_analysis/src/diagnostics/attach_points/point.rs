//! An attach point, taken apart at its colons.

use bt_catalog::{ProbeType, Version};
use bt_syntax::Span;
use bt_syntax::literal::{Suffix, integer};
use bt_syntax::tree::AttachPoint;

use super::INVALID;
use crate::Diagnostic;
use crate::diagnostics::{Context, short};

/// The release that takes text behind a parameter, `$1a`.
const TEXT_BEHIND_PARAMETERS: Version = Version::new(0, 24);
/// The release whose numbers may have an exponent.
const EXPONENTS: Version = Version::new(0, 12);
/// The release whose numbers may have `_` between digits, and suffixes as in C.
const SEPARATORS: Version = Version::new(0, 14);
/// The release whose numbers may have a unit of time.
const DURATIONS: Version = Version::new(0, 24);

/// Most parts that are told apart; no type takes as many.
const MAX_PARTS: usize = 6;

/// An attach point of a known type.
pub(super) struct Point<'a> {
    pub(super) known: &'static ProbeType,
    pub(super) span: Span,
    pub(super) target: Version,
    parts: [Part<'a>; MAX_PARTS],
    count: usize,
}

/// What stands between two colons.
#[derive(Clone, Copy)]
pub(super) struct Part<'a> {
    pub(super) text: &'a str,
    pub(super) span: Span,
}

/// What a part is as a number.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Number {
    /// A number.
    Plain(u64),
    /// A number with a unit of time, in nanoseconds.
    Duration(u64),
    /// A number below zero.
    Negative,
    /// No number for the target.
    Invalid,
    /// It is in quotes: not looked into.
    Quoted,
}

impl<'a> Point<'a> {
    pub(super) fn new(context: &Context<'a>, known: &'static ProbeType, point: AttachPoint) -> Point<'a> {
        let empty = Part { text: "", span: Span::empty(point.span.end) };
        let mut taken =
            Point { known, span: point.span, target: context.target, parts: [empty; MAX_PARTS], count: 0 };
        if point.provider.end < point.span.end {
            taken.split(context.source, point.provider.end + 1);
        }
        taken
    }

    /// What stands behind the name of the type; of very many parts only the first ones.
    pub(super) fn parts(&self) -> &[Part<'a>] {
        &self.parts[..self.count]
    }

    /// An error at `span`, with the form of the type as its hint.
    pub(super) fn wrong(&self, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic::error(INVALID, span, message).with_hint(format!("it is written as `{}`", self.known.form))
    }

    /// An error at all of it.
    pub(super) fn wrong_whole(&self, message: impl Into<String>) -> Diagnostic {
        self.wrong(self.span, message)
    }

    /// It has more parts than its type takes: from the one of that number on.
    pub(super) fn too_many(&self, first: usize) -> Diagnostic {
        let surplus = Span::new(self.parts[first].span.start.saturating_sub(1), self.span.end);
        self.wrong(surplus, format!("{} has no place for this part", self.known.name))
            .with_fix("Remove it", vec![(surplus, String::new())])
    }

    /// It has a part that only later releases take.
    pub(super) fn not_yet(&self, span: Span, what: &str, since: Version) -> Diagnostic {
        let message = format!("{} takes no {what} in bpftrace {}", self.known.name, short(self.target));
        Diagnostic::error(INVALID, span, message).with_hint(format!("it came with {}", short(since)))
    }

    /// What a part is as a number.
    pub(super) fn number(&self, part: Part<'_>) -> Number {
        number(part.text, self.target)
    }

    fn split(&mut self, source: &'a str, mut start: u32) {
        let (mut is_quoted, mut is_escaped) = (false, false);
        let text = Span::new(start, self.span.end).text(source);
        let mut end = start;
        for byte in text.bytes() {
            match byte {
                b':' if !is_quoted => {
                    self.push(source, start, end);
                    start = end + 1;
                }
                b'"' if !is_escaped => is_quoted = !is_quoted,
                _ => {}
            }
            is_escaped = is_quoted && byte == b'\\' && !is_escaped;
            end += 1;
        }
        self.push(source, start, end);
    }

    fn push(&mut self, source: &'a str, start: u32, end: u32) {
        let span = Span::new(start, end);
        if let Some(free) = self.parts.get_mut(self.count) {
            *free = Part { text: span.text(source), span };
            self.count += 1;
        }
    }
}

impl Part<'_> {
    pub(super) fn is_empty(self) -> bool {
        self.text.is_empty()
    }

    /// Whether it stands for several names.
    pub(super) fn is_wildcard(self) -> bool {
        self.text.contains('*') || (self.text.contains('[') && self.text.contains(']'))
    }

    pub(super) fn is_quoted(self) -> bool {
        self.text.contains('"')
    }
}

fn number(text: &str, target: Version) -> Number {
    if text.contains('"') {
        return Number::Quoted;
    }
    let digits = text.strip_prefix('-').unwrap_or(text);
    let Some(Ok(read)) = digits.starts_with(|first: char| first.is_ascii_digit()).then(|| integer(digits))
    else {
        return Number::Invalid;
    };
    let is_hex = digits.starts_with("0x") || digits.starts_with("0X");
    let has_exponent = !is_hex && digits.contains(['e', 'E']);
    let has_suffix = matches!(read.suffix, Suffix::Unsigned | Suffix::Long) || digits.contains('_');
    let is_duration = read.suffix == Suffix::Duration;
    let is_newer = has_exponent && target < EXPONENTS
        || has_suffix && target < SEPARATORS
        || is_duration && target < DURATIONS;
    match read.value {
        _ if is_newer => Number::Invalid,
        _ if digits.len() < text.len() => Number::Negative,
        value if is_duration => Number::Duration(value),
        value => Number::Plain(value),
    }
}

/// What is wrong with the parameters in an attach point.
pub(super) fn parameter(text: &str, span: Span, target: Version) -> Option<Diagnostic> {
    if text.contains('"') {
        return None;
    }
    for (position, _) in text.match_indices('$') {
        let behind = &text[position + 1..];
        let digits = behind.bytes().take_while(u8::is_ascii_digit).count();
        let (index, rest) = behind.split_at(digits);
        let start = span.start + position as u32;
        let is_number = index.bytes().any(|digit| digit != b'0');
        // The number of parameters, which older releases may put in.
        let is_count = rest.starts_with('#') && target < TEXT_BEHIND_PARAMETERS;
        if !is_number && !is_count {
            let name = rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
            let end = start + 1 + (digits + name) as u32;
            return Some(
                Diagnostic::error(INVALID, Span::new(start, end), "this is no parameter of the script")
                    .with_hint("they are `$1`, `$2` and so on; a name with a `$` in it stands in quotes"),
            );
        }
        let is_glued = rest.starts_with(|next: char| next.is_ascii_alphanumeric() || next == '_');
        if is_number && is_glued && target < TEXT_BEHIND_PARAMETERS {
            let end = start + 1 + digits as u32;
            let message = format!("bpftrace {} takes no text behind a parameter", short(target));
            return Some(
                Diagnostic::error(INVALID, Span::new(start, end), message)
                    .with_hint(format!("quote it: `${index}\"{rest}\"`")),
            );
        }
    }
    None
}
