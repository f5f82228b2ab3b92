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

    /// A whole number that a delimiter follows: `13:52:09` is none, nor `09`, nor one that does not fit 64 bits.
    #[inline]
    pub(crate) fn number(&mut self) -> Option<Number> {
        let negative = self.eat_exactly(b"-");
        let has_leading_zero =
            self.peek() == Some(b'0') && self.line.get(self.at + 1).is_some_and(u8::is_ascii_digit);
        if has_leading_zero {
            return None;
        }
        let magnitude = self.decimal()?;
        if !negative {
            return Some(magnitude.into());
        }
        0i64.checked_sub_unsigned(magnitude).map(Number::Int)
    }

    /// The digits of a number, up to a delimiter.
    #[inline]
    pub(crate) fn decimal(&mut self) -> Option<u64> {
        /// So many digits always fit.
        const SAFE_DIGITS: usize = 19;
        let digits = self.rest();
        let mut value = 0u64;
        let mut length = 0;
        while let Some(digit) =
            digits.get(length).map(|byte| byte.wrapping_sub(b'0')).filter(|digit| *digit < 10)
        {
            value = if length < SAFE_DIGITS {
                value * 10 + u64::from(digit)
            } else {
                value.checked_mul(10)?.checked_add(u64::from(digit))?
            };
            length += 1;
        }
        self.at += length;
        self.is_delimited(length).then_some(value)
    }

    /// The digits of a hexadecimal number in lower case, up to a delimiter.
    pub(crate) fn hexadecimal(&mut self) -> Option<u64> {
        let start = self.at;
        let mut value = 0u64;
        while let Some(byte @ (b'0'..=b'9' | b'a'..=b'f')) = self.peek() {
            let digit = char::from(byte).to_digit(16)?;
            value = value.checked_mul(16)?.checked_add(u64::from(digit))?;
            self.at += 1;
        }
        self.is_delimited(self.at - start).then_some(value)
    }

    fn is_delimited(&self, length: usize) -> bool {
        length > 0 && matches!(self.peek(), None | Some(b' ' | b',' | b'}' | b']' | b'"'))
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
            ("09", None),
            ("-007", None),
            ("-0", Some(Number::Int(0))),
            ("-", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(Cursor::new(text.as_bytes()).number(), expected, "{text}");
        }
    }

    #[test]
    fn hexadecimal_numbers_are_lower_case() {
        let of = |text: &str| Cursor::new(text.as_bytes()).hexadecimal();
        assert_eq!(of("1f3e}"), Some(0x1f3e));
        assert_eq!(of("ffffffffffffffff,"), Some(u64::MAX));
        assert_eq!((of("10000000000000000"), of("1F"), of("")), (None, None, None));
    }
}
