//! Strings: JSON's escapes, bpftrace's own, and bytes that are no UTF-8.

use memchr::memchr2;

use crate::cursor::Cursor;
use crate::store::{Store, TextSpan};

/// What one string was.
pub(crate) struct ReadText {
    pub(crate) span: TextSpan,
    /// Whether it held a `\u` escape: from 0.24 on, some numbers after one are hexadecimal.
    pub(crate) has_unicode_escape: bool,
}

/// Reads a string, the cursor being at its opening quote.
///
/// A string without escapes in a line that is UTF-8 (`line_is_utf8`) stays where it is. All other text is decoded
/// into [`Store::text`]; bytes that are no UTF-8 (names are cut in the middle of a character) become U+FFFD.
pub(crate) fn read(cursor: &mut Cursor<'_>, store: &mut Store, line_is_utf8: bool) -> Option<ReadText> {
    cursor.eat_exactly(b"\"").then_some(())?;
    let start = cursor.at;
    let plain = memchr2(b'"', b'\\', cursor.rest())?;
    if line_is_utf8 && cursor.rest()[plain] == b'"' {
        cursor.at += plain + 1;
        let span = TextSpan { start, end: start + plain, decoded: false };
        return Some(ReadText { span, has_unicode_escape: false });
    }
    store.bytes.clear();
    let has_unicode_escape = unescape(cursor, &mut store.bytes)?;
    let start = store.text.len();
    push_lossy(&store.bytes, &mut store.text);
    let span = TextSpan { start, end: store.text.len(), decoded: true };
    Some(ReadText { span, has_unicode_escape })
}

/// Appends bytes as text, each invalid sequence as U+FFFD.
pub(crate) fn push_lossy(bytes: &[u8], text: &mut String) {
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            text.push(char::REPLACEMENT_CHARACTER);
        }
    }
}

/// Reads up to and past the closing quote.
fn unescape(cursor: &mut Cursor<'_>, bytes: &mut Vec<u8>) -> Option<bool> {
    let mut has_unicode_escape = false;
    loop {
        let length = memchr2(b'"', b'\\', cursor.rest())?;
        bytes.extend_from_slice(&cursor.rest()[..length]);
        cursor.at += length;
        if cursor.eat_exactly(b"\"") {
            return Some(has_unicode_escape);
        }
        cursor.at += 1;
        let escape = cursor.peek()?;
        cursor.at += 1;
        match escape {
            b'"' | b'\\' | b'/' => bytes.push(escape),
            b'n' => bytes.push(b'\n'),
            b'r' => bytes.push(b'\r'),
            b't' => bytes.push(b'\t'),
            b'b' => bytes.push(8),
            b'f' => bytes.push(12),
            b'u' => {
                has_unicode_escape = true;
                unicode_escape(cursor, bytes)?;
            }
            _ => return None,
        }
    }
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
    use crate::store::Frame;

    fn text(line: &[u8]) -> Option<String> {
        let mut store = Store::default();
        let utf8 = std::str::from_utf8(line);
        let span = read(&mut Cursor::new(line), &mut store, utf8.is_ok())?.span;
        Some(Frame { line: utf8.unwrap_or_default(), store: &store }.text(span).to_string())
    }

    #[test]
    fn escapes_and_bytes() {
        let cases: [(&[u8], &str); 10] = [
            (br#""plain""#, "plain"),
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
            assert_eq!(text(line).as_deref(), Some(expected), "{}", String::from_utf8_lossy(line));
        }
        for broken in [&b"\"open"[..], b"\"\\", b"\"\\x\"", b"\"\\uff\"", b"\"\\uffffffg0\"", b"none"] {
            assert_eq!(text(broken), None, "{}", String::from_utf8_lossy(broken));
        }
    }

    #[test]
    fn every_byte_comes_back_from_its_escape() {
        for byte in 0x80..=0xffu8 {
            let mut bytes = Vec::new();
            let line = format!("\\uffffff{byte:02x}\"");
            assert_eq!(unescape(&mut Cursor::new(line.as_bytes()), &mut bytes), Some(true));
            assert_eq!(bytes, [byte]);
        }
    }
}
