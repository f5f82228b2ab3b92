//! How far the pieces of a script reach that are not lexed by patterns: attach points, strings, comments, C.

use bt_catalog::{ProbeType, probe_type};

/// Whether `rest` begins as a probe does: `kprobe:f`, `BEGIN {`, `BEGIN /pid/ {`.
pub(super) fn is_probe_start(rest: &str) -> bool {
    let (word, behind) = rest.split_at(word_length(rest));
    is_typed_probe(word, behind) || is_bare_probe(word, behind, &['{', '/', ','])
}

/// Whether it is the name of a probe type with a colon and more behind it: `kprobe:f`.
pub(super) fn is_typed_probe(word: &str, behind: &str) -> bool {
    match behind.as_bytes() {
        [b':', next, ..] => !is_blank(*next) && *next != b':' && probe_type(word).is_some(),
        _ => false,
    }
}

/// Whether it is a probe type that needs nothing behind it, with one of `signs` behind it: `BEGIN {`.
pub(super) fn is_bare_probe(word: &str, behind: &str, signs: &[char]) -> bool {
    // What else stands before a brace is this keyword.
    behind.trim_start().starts_with(signs)
        && word != "else"
        && probe_type(word).is_some_and(ProbeType::is_bare)
}

/// Whether it is a word that begins a definition, with the name of what it defines behind it.
pub(super) fn is_definition(word: &str, behind: &str) -> bool {
    match word {
        "macro" | "fn" => behind.trim_start().starts_with(is_word_start),
        "let" => behind.trim_start().starts_with('@'),
        _ => false,
    }
}

/// Whether a name can begin so.
pub(super) fn is_word_start(first: char) -> bool {
    first.is_ascii_alphabetic() || first == '_'
}

/// Length of the blanks at the start of `rest`.
pub(super) fn blank_length(rest: &str) -> usize {
    rest.bytes().position(|byte| !is_blank(byte)).unwrap_or(rest.len())
}

/// Whether it is a blank or ends a line.
pub(super) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

/// Length of the line comment at the start of `rest`.
pub(super) fn line_comment_length(rest: &str) -> usize {
    memchr::memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len())
}

/// Length of the name at the start of `rest`, 0 if there is none.
pub(super) fn word_length(rest: &str) -> usize {
    if rest.as_bytes().first().is_none_or(u8::is_ascii_digit) {
        return 0;
    }
    rest.bytes().position(|byte| !IN_WORD[byte as usize]).unwrap_or(rest.len())
}

/// The bytes of names: letters, digits and `_`.
const IN_WORD: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        table[byte] = (byte as u8).is_ascii_alphanumeric() || byte as u8 == b'_';
        byte += 1;
    }
    table
};

/// Length of a preprocessor line, without the last line end. A `\` joins the next line to it, which no bpftrace does.
pub(super) fn directive_length(rest: &str) -> usize {
    let mut end = 0;
    for line in rest.split_inclusive('\n') {
        let content = line.trim_end_matches(['\n', '\r']);
        if !content.ends_with('\\') {
            return end + content.len();
        }
        end += line.len();
    }
    end
}

/// Length of the attach point at the start of `rest`: it ends at a blank, `{`, `}`, `,` or `;`, and before the first colon
/// also at the `/` of a predicate. Behind a colon a `/` belongs to a path.
pub(super) fn attach_point_length(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let (mut position, mut has_colon) = (0, false);
    while let Some(&byte) = bytes.get(position) {
        match byte {
            b'{' | b'}' | b',' | b';' => break,
            b'/' if !has_colon => break,
            b'"' => position += string_rest_length(&rest[position + 1..]),
            b':' => has_colon = true,
            byte if byte.is_ascii_whitespace() => break,
            _ => {}
        }
        position += 1;
    }
    position.max(1)
}

/// Length of the brace-matched body at the start of `rest`; up to the next probe if it is not closed.
pub(super) fn c_body_length(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let (mut position, mut depth) = (0, 0_u32);
    while let Some(&byte) = bytes.get(position) {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 1 => return position + 1,
            b'}' => depth -= 1,
            b'"' => position += string_rest_length(&rest[position + 1..]),
            b'/' => position += c_comment_length(&rest[position..]).saturating_sub(1),
            b'\n' if rest.is_char_boundary(position + 1) && is_probe_start(&rest[position + 1..]) => {
                return position;
            }
            _ => {}
        }
        position += 1;
    }
    bytes.len()
}

/// Length of the comment in C text at the start of `rest`, 0 if there is none.
fn c_comment_length(rest: &str) -> usize {
    if rest.starts_with("//") {
        line_comment_length(rest)
    } else if let Some(behind) = rest.strip_prefix("/*") {
        behind.find("*/").map_or(rest.len(), |end| end + 4)
    } else {
        0
    }
}

/// Length of `__attribute__((…))` at the start of `rest`.
pub(super) fn c_attribute_length(rest: &str) -> usize {
    let name = word_length(rest);
    let mut depth = 0_u32;
    for (position, byte) in rest.bytes().enumerate().skip(name) {
        match byte {
            b'(' => depth += 1,
            b')' if depth <= 1 => return position + 1,
            b')' => depth -= 1,
            byte if depth == 0 && !byte.is_ascii_whitespace() => return name,
            b'{' | b'}' | b';' => return position,
            _ => {}
        }
    }
    rest.len()
}

/// Length of the string in `rest`, the text behind its opening quote: with the closing quote if there
/// is one, else without the line end.
pub(super) fn string_rest_length(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let mut position = 0;
    while let Some(&byte) = bytes.get(position) {
        match byte {
            b'"' => return position + 1,
            b'\n' => return position,
            // The byte behind it may be the first of a longer character; the others then pass as plain bytes.
            b'\\' if bytes.get(position + 1).is_some_and(|&next| next != b'\n') => position += 2,
            _ => position += 1,
        }
    }
    bytes.len()
}

/// Length of what stands between single quotes on one line, with them; 1 if nothing closes the first.
pub(super) fn single_quoted_length(rest: &str) -> usize {
    let end = rest[1..].find(['\'', '"', '\n']).map(|length| 1 + length);
    end.filter(|&end| rest.as_bytes()[end] == b'\'').map_or(1, |end| end + 1)
}
