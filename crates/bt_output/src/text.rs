//! Strings: JSON's escapes, bpftrace's own, and bytes that are no UTF-8.

use memchr::memchr2;

use crate::cursor::Cursor;
use crate::store::{Store, TextPlace, TextSpan};

/// What one string was.
pub(crate) struct ReadText {
    pub(crate) span: TextSpan,
    /// Whether it held a `\u` escape: from 0.24 on, some numbers after one are hexadecimal.
    pub(crate) has_unicode_escape: bool,
}

/// Reads a string, the cursor being at its opening quote.
///
/// A string without escapes in a line that is UTF-8 (`line_is_utf8`) stays where it is. All other text is decoded
/// into the store.
#[inline]
pub(crate) fn read(cursor: &mut Cursor<'_>, store: &mut Store, line_is_utf8: bool) -> Option<ReadText> {
    if line_is_utf8 && let Some(span) = read_plain(cursor) {
        return Some(ReadText { span, has_unicode_escape: false });
    }
    let mut bytes = std::mem::take(&mut store.scratch[0]);
    let read = read_escaped(cursor, &mut bytes).map(|has_unicode_escape| {
        let span = store.push_text(&bytes);
        ReadText { span, has_unicode_escape }
    });
    store.scratch[0] = bytes;
    read
}

/// Goes past a string without escapes; leaves the cursor where it is if there is none.
#[inline]
pub(crate) fn read_plain(cursor: &mut Cursor<'_>) -> Option<TextSpan> {
    let line = cursor.line;
    if line.get(cursor.at) != Some(&b'"') {
        return None;
    }
    let start = cursor.at + 1;
    let length = plain_length(&line[start..])?;
    cursor.at = start + length + 1;
    Some(TextSpan { start: start as u32, end: (start + length) as u32, place: TextPlace::Line })
}

/// Bytes before the closing quote, if no escape comes before it.
#[inline]
fn plain_length(text: &[u8]) -> Option<usize> {
    // Most keys are short: a loop is through before a search has begun.
    const SHORT: usize = 16;
    for (at, byte) in text.iter().take(SHORT).enumerate() {
        match byte {
            b'"' => return Some(at),
            b'\\' => return None,
            _ => {}
        }
    }
    let rest = text.get(SHORT..)?;
    let length = memchr2(b'"', b'\\', rest)?;
    (rest[length] == b'"').then_some(SHORT + length)
}

/// Reads a string into `bytes`; whether it held a `\u` escape.
pub(crate) fn read_escaped(cursor: &mut Cursor<'_>, bytes: &mut Vec<u8>) -> Option<bool> {
    cursor.eat_exactly(b"\"").then_some(())?;
    bytes.clear();
    let mut has_unicode_escape = false;
    loop {
        let length = memchr2(b'"', b'\\', cursor.rest())?;
        bytes.extend_from_slice(&cursor.rest()[..length]);
        cursor.at += length + 1;
        if cursor.line[cursor.at - 1] == b'"' {
            return Some(has_unicode_escape);
        }
        has_unicode_escape |= cursor.peek() == Some(b'u');
        escape(cursor, bytes)?;
    }
}

/// Whether a line holds a `\u` escape: for lines that are not read to their end.
pub(crate) fn has_unicode_escape(line: &[u8]) -> bool {
    let mut rest = line;
    while let Some(at) = memchr::memchr(b'\\', rest) {
        match rest.get(at + 1) {
            Some(b'u') => return true,
            Some(_) => rest = &rest[at + 2..],
            None => return false,
        }
    }
    false
}

/// Reads what follows a backslash.
pub(crate) fn escape(cursor: &mut Cursor<'_>, bytes: &mut Vec<u8>) -> Option<()> {
    let escape = cursor.peek()?;
    cursor.at += 1;
    match escape {
        b'"' | b'\\' | b'/' => bytes.push(escape),
        b'n' => bytes.push(b'\n'),
        b'r' => bytes.push(b'\r'),
        b't' => bytes.push(b'\t'),
        b'b' => bytes.push(8),
        b'f' => bytes.push(12),
        b'u' => unicode_escape(cursor, bytes)?,
        _ => return None,
    }
    Some(())
}

/// Reads what follows `\u`.
///
/// bpftrace of 0.17 and later writes a byte from 0x80 as `\uffffffXX`: twelve characters that a JSON parser takes
/// for U+FFFF and four more. It writes U+FFFF in no other way, so that the byte can be had back exactly.
fn unicode_escape(cursor: &mut Cursor<'_>, bytes: &mut Vec<u8>) -> Option<()> {
    if cursor.rest().starts_with(b"ffffff") {
        cursor.at += 6;
        bytes.push(u8::try_from(hex(cursor, 2)?).ok()?);
        return Some(());
    }
    let first = hex(cursor, 4)?;
    let is_high_surrogate = (0xd800..0xdc00).contains(&first);
    let mut code = first;
    if is_high_surrogate && cursor.rest().starts_with(b"\\u") {
        let mut ahead = *cursor;
        ahead.at += 2;
        if let Some(second @ 0xdc00..0xe000) = hex(&mut ahead, 4) {
            code = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
            *cursor = ahead;
        }
    }
    let character = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
    bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
    Some(())
}

fn hex(cursor: &mut Cursor<'_>, digits: usize) -> Option<u32> {
    let text = cursor.rest().get(..digits)?;
    cursor.at += digits;
    text.iter().try_fold(0, |value, byte| Some(value * 16 + char::from(*byte).to_digit(16)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::View;

    fn text(line: &[u8]) -> Option<(String, Vec<u8>)> {
        let mut store = Store::default();
        let utf8 = std::str::from_utf8(line);
        let span = read(&mut Cursor::new(line), &mut store, utf8.is_ok())?.span;
        let text = View { line: utf8.unwrap_or_default(), store: &store }.text(span);
        Some((text.as_str().to_string(), text.as_bytes().to_vec()))
    }

    #[test]
    fn escapes_and_bytes() {
        let cases: [(&[u8], &str); 11] = [
            (br#""plain""#, "plain"),
            (br#""longer than sixteen bytes""#, "longer than sixteen bytes"),
            (br#""a\"b\\c\n\r\t""#, "a\"b\\c\n\r\t"),
            (br#""\u0001\u00e9""#, "\u{1}é"),
            (br#""caf\uffffffc3\uffffffa9""#, "café"),
            (br#""cut\uffffffe2\uffffff82""#, "cut\u{fffd}"),
            (br#""\\uffffffc3""#, "\\uffffffc3"),
            (br#""\ud83d\ude00\ud83d""#, "😀\u{fffd}"),
            (b"\"raw \xc3\xa9 \xff\"", "raw é \u{fffd}"),
            ("\"raw é\"".as_bytes(), "raw é"),
            (br#""""#, ""),
        ];
        for (line, expected) in cases {
            let text = text(line).map(|(text, _)| text);
            assert_eq!(text.as_deref(), Some(expected), "{}", String::from_utf8_lossy(line));
        }
        for broken in [&b"\"open"[..], b"\"\\", b"\"\\x\"", b"\"\\uff\"", b"\"\\uffffffg0\"", b"none"] {
            assert_eq!(text(broken), None, "{}", String::from_utf8_lossy(broken));
        }
    }

    #[test]
    fn every_byte_comes_back_from_its_escape() {
        for byte in 0x80..=0xffu8 {
            let line = format!("\"a\\uffffff{byte:02x}\"");
            assert_eq!(text(line.as_bytes()).map(|(_, bytes)| bytes), Some(vec![b'a', byte]));
            assert_eq!(text(&[b'"', byte, b'"']).map(|(_, bytes)| bytes), Some(vec![byte]));
        }
    }

    #[test]
    fn an_escaped_backslash_begins_no_escape() {
        assert!(has_unicode_escape(br"x\\\u0001"));
        assert!(!has_unicode_escape(br"x\\u0001\n\"));
    }
}
