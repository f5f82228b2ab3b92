//! A position in a line of bytes: blanks, single bytes, whole numbers.

use crate::value::Number;

/// A position in a line. Methods that return `Option` leave the position undefined when they return `None`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cursor<'l> {
    pub(crate) line: &'l [u8],
    pub(crate) at: usize,
}

impl<'l> Cursor<'l> {
    pub(crate) fn new(line: &'l [u8]) -> Cursor<'l> {
        Cursor { line, at: 0 }
    }

    pub(crate) fn rest(&self) -> &'l [u8] {
        &self.line[self.at..]
    }

    pub(crate) fn peek(&self) -> Option<u8> {
        self.line.get(self.at).copied()
    }

    pub(crate) fn is_at_end(&self) -> bool {
        self.at == self.line.len()
    }

    pub(crate) fn skip_blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r')) {
            self.at += 1;
        }
    }

    /// Goes past blanks and this byte, if it comes next; otherwise past the blanks only.
    pub(crate) fn eat(&mut self, byte: u8) -> bool {
        self.skip_blanks();
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    pub(crate) fn expect(&mut self, byte: u8) -> Option<()> {
        self.eat(byte).then_some(())
    }

    /// Goes past this text, if it comes next without blanks before it.
    pub(crate) fn eat_exactly(&mut self, text: &[u8]) -> bool {
        let found = self.rest().starts_with(text);
        if found {
            self.at += text.len();
        }
        found
    }

    /// A whole number that a delimiter follows: `13:52:09` is none, nor is one that does not fit 64 bits.
    pub(crate) fn number(&mut self) -> Option<Number> {
        let negative = self.eat_exactly(b"-");
        let magnitude = self.digits(10)?;
        if !negative {
            return Some(magnitude.into());
        }
        0i64.checked_sub_unsigned(magnitude).map(Number::Int)
    }

    /// The digits of a number in this base (lower-case letters), up to a delimiter.
    pub(crate) fn digits(&mut self, base: u32) -> Option<u64> {
        let start = self.at;
        let mut value = 0u64;
        while let Some(digit) = self.peek().and_then(|byte| char::from(byte).to_digit(base)) {
            value = value.checked_mul(u64::from(base))?.checked_add(u64::from(digit))?;
            self.at += 1;
        }
        let is_delimited = matches!(self.peek(), None | Some(b' ' | b',' | b'}' | b']' | b'"'));
        (self.at > start && is_delimited).then_some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_exact_or_none() {
        let cases = [
            ("0", Some(Number::Int(0))),
            ("-9223372036854775808", Some(Number::Int(i64::MIN))),
            ("9223372036854775807}", Some(Number::Int(i64::MAX))),
            ("9223372036854775808,", Some(Number::Uint(1 << 63))),
            ("18446744073709551615", Some(Number::Uint(u64::MAX))),
            ("18446744073709551616", None),
            ("-9223372036854775809", None),
            ("13:52:09", None),
            ("1.5", None),
            ("-", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(Cursor::new(text.as_bytes()).number(), expected, "{text}");
        }
    }
}
