//! Splits a key into its parts. bpftrace joins them by `,` and escapes nothing, so the script has to help.

/// What a part of a key is: how it looks, and above all whether it can hold commas.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyPart {
    /// Digits with a sign or `0x…`; since 0.24 `true`, `false` and the names of enumerations.
    Integer,
    /// Anything else that never holds a comma: IP and hardware addresses, names of users.
    Word,
    /// A stack: lines, each with its end; its end is the end of the last line.
    Stack,
    /// A symbol: commas stand within brackets only.
    Symbol,
    /// Something in brackets: a tuple, an array, a struct.
    Bracketed,
    /// Any text.
    Text,
}

impl KeyPart {
    /// Whether it can hold blanks or parentheses, which bpftrace leaves out since 0.24.
    pub(crate) fn may_hold_blanks(self) -> bool {
        !matches!(self, KeyPart::Integer | KeyPart::Word)
    }
}

/// A key in its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SplitKey<'k> {
    /// The parts; the whole key if it does not have as many as it should.
    pub parts: Vec<&'k str>,
    /// Whether other parts could have made the same key.
    pub is_ambiguous: bool,
}

/// Commas of a key that are looked at; one with more stays whole. It bounds the time to `parts` times its square.
const MAX_COMMAS: usize = 1024;

/// The parts of a key, as many as `parts`.
///
/// Parts that cannot hold commas anchor the others. Where several texts leave a choice, the last one gets the commas
/// (`comm` seldom has any, a file name or arguments do), and the result is marked.
pub fn split_key<'k>(key: &'k str, parts: &[KeyPart]) -> SplitKey<'k> {
    let whole = |is_ambiguous| SplitKey { parts: vec![key], is_ambiguous };
    if parts.len() < 2 {
        return whole(false);
    }
    if memchr::memchr_iter(b',', key.as_bytes()).nth(MAX_COMMAS).is_some() {
        return whole(true);
    }
    // Mostly an integer is a number and no name.
    let fitting = [is_number, is_number_or_name]
        .into_iter()
        .find_map(|is_integer| Split::new(key, parts, is_integer).solve());
    fitting.unwrap_or_else(|| {
        // The script's facts do not fit: any commas will do.
        let texts = vec![KeyPart::Text; parts.len()];
        let any = Split::new(key, &texts, is_number).solve();
        any.map_or_else(|| whole(true), |split| SplitKey { is_ambiguous: true, ..split })
    })
}

/// All ways to split a key, by part and start.
struct Split<'k, 'p> {
    key: &'k str,
    parts: &'p [KeyPart],
    is_integer: fn(&str) -> bool,
    /// Where a part can begin: at 0 and behind each comma.
    starts: Vec<usize>,
    /// In how many ways the parts from one on fit from a start on, 2 for more than one; by part, then start.
    ways: Vec<Option<u8>>,
}

impl<'k, 'p> Split<'k, 'p> {
    fn new(key: &'k str, parts: &'p [KeyPart], is_integer: fn(&str) -> bool) -> Split<'k, 'p> {
        let commas = memchr::memchr_iter(b',', key.as_bytes());
        let starts: Vec<usize> = std::iter::once(0).chain(commas.map(|comma| comma + 1)).collect();
        let ways = vec![None; starts.len() * parts.len()];
        Split { key, parts, is_integer, starts, ways }
    }

    /// The way whose parts are shortest from the left, if there is any.
    fn solve(mut self) -> Option<SplitKey<'k>> {
        let ways = self.ways(0, 0);
        if ways == 0 {
            return None;
        }
        let mut parts = Vec::with_capacity(self.parts.len());
        let mut start = 0;
        for part in 0..self.parts.len() {
            let next = self.next_starts(part, start).find(|next| self.ways(part + 1, *next) > 0)?;
            parts.push(&self.key[self.starts[start]..self.end_before(next)]);
            start = next;
        }
        Some(SplitKey { parts, is_ambiguous: ways > 1 })
    }

    /// In how many ways the parts from `part` on fit from a start on; the start beyond the last one is the end.
    fn ways(&mut self, part: usize, start: usize) -> u8 {
        let is_end = start == self.starts.len();
        if is_end || part == self.parts.len() {
            return u8::from(is_end && part == self.parts.len());
        }
        let known = part * self.starts.len() + start;
        if let Some(ways) = self.ways[known] {
            return ways;
        }
        let mut ways = 0;
        for next in self.next_starts(part, start) {
            ways += self.ways(part + 1, next);
            if ways > 1 {
                ways = 2;
                break;
            }
        }
        self.ways[known] = Some(ways);
        ways
    }

    /// Which starts can come next, behind this part, ascending.
    fn next_starts(&self, part: usize, start: usize) -> impl Iterator<Item = usize> + use<> {
        let count = self.starts.len();
        let (from, to) = match self.parts[part] {
            // The last part ends where the key does.
            KeyPart::Text if part + 1 == self.parts.len() => (count, count + 1),
            KeyPart::Text => (start + 1, count + 1),
            other => match self.end_of(other, start) {
                Some(next) => (next, next + 1),
                None => (0, 0),
            },
        };
        from..to
    }

    /// The start behind a part whose end shows.
    fn end_of(&self, part: KeyPart, start: usize) -> Option<usize> {
        let rest = &self.key[self.starts[start]..];
        let next = start + 1;
        let text = &self.key[self.starts[start]..self.end_before(next)];
        match part {
            KeyPart::Integer => (self.is_integer)(text).then_some(next),
            KeyPart::Word | KeyPart::Text => Some(next),
            KeyPart::Stack if !rest.starts_with('\n') => text.is_empty().then_some(next),
            // Behind a stack a comma begins a line; within one, no line does.
            KeyPart::Stack if rest.starts_with("\n,") => Some(next),
            KeyPart::Stack => match rest.find("\n,") {
                Some(end) => self.start_at(self.starts[start] + end + 2),
                None => rest.ends_with('\n').then_some(self.starts.len()),
            },
            KeyPart::Bracketed => self.start_behind(start, bracketed_length(rest)?),
            KeyPart::Symbol => (next..=self.starts.len())
                .find(|next| is_balanced(&self.key[self.starts[start]..self.end_before(*next)]))
                .or(Some(next)),
        }
    }

    /// The start behind so many bytes from a start on, if a comma or the end follows there.
    fn start_behind(&self, start: usize, length: usize) -> Option<usize> {
        let end = self.starts[start] + length;
        if end == self.key.len() { Some(self.starts.len()) } else { self.start_at(end + 1) }
    }

    fn start_at(&self, position: usize) -> Option<usize> {
        self.starts.binary_search(&position).ok()
    }

    /// Where the part before a start ends.
    fn end_before(&self, start: usize) -> usize {
        self.starts.get(start).map_or(self.key.len(), |start| start - 1)
    }
}

fn is_number(text: &str) -> bool {
    let hex = text.strip_prefix("0x").filter(|digits| !digits.is_empty());
    let decimal = text.strip_prefix('-').unwrap_or(text);
    match hex {
        Some(digits) => digits.bytes().all(|byte| byte.is_ascii_hexdigit()),
        None => !decimal.is_empty() && decimal.bytes().all(|byte| byte.is_ascii_digit()),
    }
}

fn is_number_or_name(text: &str) -> bool {
    let is_name = text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    is_name || is_number(text)
}

fn is_balanced(symbol: &str) -> bool {
    let depth = symbol.bytes().try_fold(0usize, |depth, byte| match byte {
        b'(' | b'[' | b'{' | b'<' => Some(depth + 1),
        b')' | b']' | b'}' | b'>' => depth.checked_sub(1),
        _ => Some(depth),
    });
    depth == Some(0)
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
    use KeyPart::{Bracketed, Integer, Stack, Symbol, Text, Word};
    use proptest::prelude::*;

    fn check(cases: &[(&str, &[KeyPart], &[&str])], is_ambiguous: bool) {
        for (key, parts, expected) in cases {
            let expected = SplitKey { parts: expected.to_vec(), is_ambiguous };
            assert_eq!(split_key(key, parts), expected, "{key:?} {parts:?}");
        }
    }

    #[test]
    fn parts_that_hold_no_commas_are_anchors() {
        check(
            &[
                ("a,b", &[], &["a,b"]),
                ("a,b", &[Text], &["a,b"]),
                ("a,b", &[Text, Text], &["a", "b"]),
                ("1,x, y,-3", &[Integer, Text, Integer], &["1", "x, y", "-3"]),
                ("x,y,GREEN", &[Text, Integer], &["x,y", "GREEN"]),
                ("a,7,b,c", &[Text, Integer, Text], &["a", "7", "b,c"]),
                ("10.0.0.1,x,y,::1", &[Word, Text, Word], &["10.0.0.1", "x,y", "::1"]),
                (",spin", &[Stack, Text], &["", "spin"]),
                ("\n,spin", &[Stack, Text], &["\n", "spin"]),
                ("1,[2,3],x", &[Integer, Bracketed, Text], &["1", "[2,3]", "x"]),
                ("x,y,(2,(3,4))", &[Text, Bracketed], &["x,y", "(2,(3,4))"]),
                (
                    "std::max<int, int>(int, int),7",
                    &[Symbol, Integer],
                    &["std::max<int, int>(int, int)", "7"],
                ),
                ("operator<,7", &[Symbol, Integer], &["operator<", "7"]),
            ],
            false,
        );
    }

    #[test]
    fn stacks_end_with_a_line() {
        let stack = "\n    f(int, int)+0\n    main+118\n";
        for key in [format!("{stack},a,b"), format!("a,b,{stack}"), format!("{stack},{stack}")] {
            let parts: &[KeyPart] = match key.starts_with('\n') {
                true if key.ends_with('\n') => &[Stack, Stack],
                true => &[Stack, Text],
                false => &[Text, Stack],
            };
            let split = split_key(&key, parts);
            assert!(!split.is_ambiguous);
            assert_eq!(split.parts.join(","), key);
            assert!(split.parts.contains(&stack), "{split:?}");
        }
    }

    #[test]
    fn a_choice_is_marked() {
        check(
            &[
                ("dd,/tmp/a,b", &[Text, Text], &["dd", "/tmp/a,b"]),
                ("a,1,2,b", &[Text, Integer, Text], &["a", "1", "2,b"]),
                // What does not fit at all.
                ("1,2,3", &[Integer, Integer], &["1", "2,3"]),
                ("1", &[Integer, Integer], &["1"]),
            ],
            true,
        );
    }

    #[test]
    fn very_many_commas_stay_together() {
        let key = format!("a{}", ",b".repeat(MAX_COMMAS + 1));
        assert_eq!(split_key(&key, &[Text, Text]), SplitKey { parts: vec![&key], is_ambiguous: true });
    }

    proptest! {
        /// Whatever the key and its parts: joined again they are the key, and one that was made of these parts is
        /// split into them or marked.
        #[test]
        fn split_and_join(made in prop::collection::vec(("[a-c,(1\n]{0,6}", 0usize..6), 1..5)) {
            let kinds = [Integer, Word, Stack, Symbol, Bracketed, Text];
            let parts: Vec<KeyPart> = made.iter().map(|(_, kind)| kinds[*kind]).collect();
            let texts: Vec<&str> = made.iter().map(|(text, _)| text.as_str()).collect();
            let key = texts.join(",");
            let split = split_key(&key, &parts);
            prop_assert_eq!(split.parts.join(","), key.clone());
            let texts_only = vec![Text; parts.len()];
            let split = split_key(&key, &texts_only);
            prop_assert!(split.is_ambiguous || split.parts == texts);
        }
    }
}
