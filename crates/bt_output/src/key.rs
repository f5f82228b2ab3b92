//! Splits a key into its parts. bpftrace joins them by `,` and escapes nothing, so the script has to help.

/// What a part of a key looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyPart {
    /// Digits with a sign, `0x…`, or the name of an enumeration: never a comma.
    Word,
    /// A stack: lines, each with its end; its end is the end of the last line.
    Stack,
    /// Something in brackets: a tuple, an array, a struct.
    Bracketed,
    /// Any text.
    Text,
}

/// The parts of a key; as many as `parts` if that is possible, else the whole key.
///
/// Several texts can hold commas: then the last one gets them (`comm` seldom has any, a file name or arguments do).
pub fn split_key<'k>(key: &'k str, parts: &[KeyPart]) -> Vec<&'k str> {
    split_known(key, parts).unwrap_or_else(|| vec![key])
}

fn split_known<'k>(mut key: &'k str, parts: &[KeyPart]) -> Option<Vec<&'k str>> {
    // Up to the last text from the left, behind it from the right: it gets what remains.
    let widest = parts.iter().rposition(|part| *part == KeyPart::Text).unwrap_or(parts.len().checked_sub(1)?);
    let mut before = Vec::with_capacity(parts.len());
    for part in &parts[..widest] {
        let length = first_length(key, *part)?;
        before.push(&key[..length]);
        key = key[length..].strip_prefix(',')?;
    }
    let mut behind = Vec::new();
    for part in parts[widest + 1..].iter().rev() {
        let start = last_start(key, *part)?;
        behind.push(&key[start..]);
        key = key[..start].strip_suffix(',')?;
    }
    before.push(key);
    before.extend(behind.into_iter().rev());
    Some(before)
}

/// Length of a part at the beginning of `key`.
fn first_length(key: &str, part: KeyPart) -> Option<usize> {
    match part {
        // Behind a stack a comma begins a line; within one, lines are indented.
        KeyPart::Stack if key.starts_with('\n') => key.find("\n,").map(|end| end + 1),
        KeyPart::Bracketed => bracketed_length(key),
        KeyPart::Word | KeyPart::Text | KeyPart::Stack => key.find(','),
    }
}

/// Start of a part at the end of `key`.
fn last_start(key: &str, part: KeyPart) -> Option<usize> {
    match part {
        KeyPart::Stack if key.ends_with('\n') => key.rfind(",\n").map(|start| start + 1),
        KeyPart::Bracketed => (0..key.len())
            .filter(|at| key.as_bytes()[*at] == b',')
            .map(|at| at + 1)
            .find(|start| bracketed_length(&key[*start..]) == Some(key.len() - start)),
        KeyPart::Word | KeyPart::Text | KeyPart::Stack => key.rfind(',').map(|comma| comma + 1),
    }
}

fn bracketed_length(key: &str) -> Option<usize> {
    let mut depth = 0usize;
    for (at, byte) in key.bytes().enumerate() {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.checked_sub(1)?,
            _ if depth == 0 => return None,
            _ => {}
        }
        if depth == 0 {
            return Some(at + 1);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use KeyPart::{Bracketed, Stack, Text, Word};

    #[test]
    fn parts_by_their_looks() {
        let cases: &[(&str, &[KeyPart], &[&str])] = &[
            ("a,b", &[], &["a,b"]),
            ("a,b", &[Text], &["a,b"]),
            ("a,b", &[Text, Text], &["a", "b"]),
            ("1,x, y,-3", &[Word, Text, Word], &["1", "x, y", "-3"]),
            ("dd,/tmp/a,b", &[Text, Text], &["dd", "/tmp/a,b"]),
            ("\n    work+0\n    main+118\n,spin", &[Stack, Text], &["\n    work+0\n    main+118\n", "spin"]),
            ("spin,\n    f(int, int)+0\n", &[Text, Stack], &["spin", "\n    f(int, int)+0\n"]),
            (",spin", &[Stack, Text], &["", "spin"]),
            ("1,[2,3],x", &[Word, Bracketed, Text], &["1", "[2,3]", "x"]),
            ("x,y,(2,(3,4))", &[Text, Bracketed], &["x,y", "(2,(3,4))"]),
            ("1", &[Word, Word], &["1"]),
            ("1,2,3", &[Word, Word], &["1", "2,3"]),
        ];
        for (key, parts, expected) in cases {
            assert_eq!(split_key(key, parts), *expected, "{key:?} {parts:?}");
        }
    }
}
