//! Keys of 0.22 and 0.23 are escaped twice: how to tell, and how to undo it.

use crate::cursor::Cursor;
use crate::dialect::KeyEscapes;
use crate::text;

/// What the text of a key, its escapes undone once, says about how often it was escaped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyEvidence {
    /// Nothing: it has nothing that is escaped.
    None,
    /// It holds what a second escaping would have escaped.
    Once,
    /// All in it that is escaped once more is so; a text with backslashes may look like that by chance.
    RatherTwice,
    /// The same, and bytes or control characters in bpftrace's own escapes: no chance.
    Twice,
}

impl KeyEvidence {
    /// How often, if that is certain.
    pub(crate) fn certainty(self) -> Option<KeyEscapes> {
        match self {
            KeyEvidence::Once => Some(KeyEscapes::Once),
            KeyEvidence::Twice => Some(KeyEscapes::Twice),
            KeyEvidence::None | KeyEvidence::RatherTwice => None,
        }
    }
}

/// What all keys from here to the end of a message say; the cursor is at the first one. `has_raw_bytes`: the line
/// has bytes from 0x80 as they are, so that one in a key says nothing.
pub(crate) fn evidence_of_message(
    mut cursor: Cursor<'_>,
    has_raw_bytes: bool,
    scratch: &mut Vec<u8>,
) -> KeyEvidence {
    let mut found = KeyEvidence::None;
    while let Some(quote) = memchr::memchr(b'"', cursor.rest()) {
        cursor.at += quote;
        if text::read_escaped(&mut cursor, scratch).is_none() {
            break;
        }
        // Strings that no colon follows are values.
        if cursor.peek() == Some(b':') {
            match evidence(scratch, has_raw_bytes) {
                KeyEvidence::Once => return KeyEvidence::Once,
                KeyEvidence::Twice => found = KeyEvidence::Twice,
                KeyEvidence::RatherTwice if found == KeyEvidence::None => found = KeyEvidence::RatherTwice,
                _ => {}
            }
        }
    }
    found
}

fn evidence(key: &[u8], has_raw_bytes: bool) -> KeyEvidence {
    // Within structs and tuples 0.22 and 0.23 have quotes that are escaped once only.
    let has_own_quotes = memchr::memchr2(b'{', b'[', key).is_some();
    let mut found = KeyEvidence::None;
    let mut rest = key;
    loop {
        rest = match rest {
            [] => return found,
            [b'\\', b'"' | b'\\' | b'n' | b'r' | b't', after @ ..] => {
                found = if found == KeyEvidence::Twice { found } else { KeyEvidence::RatherTwice };
                after
            }
            [b'\\', b'u', b'0', b'0', b'0' | b'1', b'0'..=b'9' | b'a'..=b'f', after @ ..]
            | [
                b'\\',
                b'u',
                b'f',
                b'f',
                b'f',
                b'f',
                b'f',
                b'f',
                b'8' | b'9' | b'a'..=b'f',
                b'0'..=b'9' | b'a'..=b'f',
                after @ ..,
            ] => {
                found = KeyEvidence::Twice;
                after
            }
            [b'"', after @ ..] if has_own_quotes => after,
            [b'\\' | b'"' | 0..0x20, ..] => return KeyEvidence::Once,
            [0x80..=0xff, ..] if !has_raw_bytes => return KeyEvidence::Once,
            [_, after @ ..] => after,
        };
    }
}

/// Undoes the escapes of a text, once; `None` if there is something else behind a backslash.
pub(crate) fn unescape(text: &[u8], bytes: &mut Vec<u8>) -> Option<()> {
    bytes.clear();
    let mut cursor = Cursor::new(text);
    while let Some(length) = memchr::memchr(b'\\', cursor.rest()) {
        bytes.extend_from_slice(&cursor.rest()[..length]);
        cursor.at += length + 1;
        text::escape(&mut cursor, bytes)?;
    }
    bytes.extend_from_slice(cursor.rest());
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_key_says() {
        let cases: [(&[u8], KeyEvidence); 12] = [
            (b"plain", KeyEvidence::None),
            (b"a\nb", KeyEvidence::Once),
            (b"quote\"d", KeyEvidence::Once),
            (br"back\slash", KeyEvidence::Once),
            (br#"{ "x": 7 }"#, KeyEvidence::None),
            (br"\xff\xff", KeyEvidence::Once),
            (b"caf\xc3\xa9", KeyEvidence::Once),
            (br"back\\slash", KeyEvidence::RatherTwice),
            (br#"quote\"d"#, KeyEvidence::RatherTwice),
            (br"\n        work+0\n", KeyEvidence::RatherTwice),
            (br"\\\uffffffc3", KeyEvidence::Twice),
            (br"esc\u001b[31m", KeyEvidence::Twice),
        ];
        for (key, expected) in cases {
            assert_eq!(evidence(key, false), expected, "{}", String::from_utf8_lossy(key));
        }
        assert_eq!(evidence("café".as_bytes(), true), KeyEvidence::None);
    }

    #[test]
    fn one_certain_key_decides_for_its_message() {
        let of = |line: &str| evidence_of_message(Cursor::new(line.as_bytes()), false, &mut Vec::new());
        assert_eq!(of(r#""a\\nb": "x\"", "c\"": 1}"#), KeyEvidence::Once);
        assert_eq!(of(r#""a\\nb": "x\"", "c": 1}"#), KeyEvidence::RatherTwice);
    }
}
