//! The text as clang reads it: without what bpftrace skips, and with lines joined.
//!
//! bpftrace hands directives and the bodies of structs to clang as they are written. Which comments clang sees in them
//! depends on what stands before, so that here none of them is taken out.

use bt_syntax::{Span, TokenKind, tokens};

/// The script as clang reads it, and where each byte comes from.
pub(super) struct CText {
    /// Blanks stand for the comments and strings that bpftrace does not hand to clang.
    pub(super) text: String,
    /// Of each byte its place in the source, and one more for the end.
    places: Vec<u32>,
    /// Where in `text` lines were joined, ascending.
    joints: Vec<usize>,
}

impl CText {
    pub(super) fn new(source: &str) -> CText {
        let blanked = without_comments_and_strings(source);
        let mut text = String::with_capacity(blanked.len());
        let mut places = Vec::with_capacity(blanked.len() + 1);
        let mut joints = Vec::new();
        let mut rest = blanked.as_str();
        while let Some(first) = rest.chars().next() {
            let splice = splice_length(rest.as_bytes());
            let length = if splice > 0 { splice } else { first.len_utf8() };
            if splice > 0 {
                joints.push(text.len());
            } else {
                let place = (blanked.len() - rest.len()) as u32;
                places.extend((0..length as u32).map(|byte| place + byte));
                text.push(first);
            }
            rest = &rest[length..];
        }
        places.push(blanked.len() as u32);
        CText { text, places, joints }
    }

    /// What stands at `start..end` of the text, in the source.
    pub(super) fn span(&self, start: usize, end: usize) -> Span {
        // Not where the next byte comes from: a joint may stand between.
        let last = if end > start { self.places[end - 1] + 1 } else { self.places[start] };
        Span::new(self.places[start], last)
    }

    /// Whether lines were joined in `start..=end`.
    pub(super) fn is_joined(&self, start: usize, end: usize) -> bool {
        let first = self.joints.partition_point(|joint| *joint < start);
        self.joints.get(first).is_some_and(|joint| *joint <= end)
    }
}

/// The source with blanks for what bpftrace skips; as long as before.
fn without_comments_and_strings(source: &str) -> String {
    let mut text = source.as_bytes().to_vec();
    for token in tokens(source) {
        if matches!(token.kind, TokenKind::LineComment | TokenKind::BlockComment | TokenKind::String) {
            let bytes = &mut text[token.span.start as usize..token.span.end as usize];
            bytes.iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = b' ');
        }
    }
    // Whole tokens were replaced, so that it still is UTF-8.
    String::from_utf8(text).unwrap_or_else(|_| source.to_string())
}

/// Length of the `\` and the line end at the start of `rest`, 0 if there is none. clang lets blanks stand between.
pub(super) fn splice_length(rest: &[u8]) -> usize {
    if rest.first() != Some(&b'\\') {
        return 0;
    }
    let blanks = rest[1..].iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\x0b' | b'\x0c')).count();
    match &rest[1 + blanks..] {
        [b'\r', b'\n', ..] => blanks + 3,
        [b'\r' | b'\n', ..] => blanks + 2,
        _ => 0,
    }
}
