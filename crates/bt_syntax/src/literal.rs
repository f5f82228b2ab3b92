//! The values of literals: numbers with their suffixes, strings with their escapes.

/// The value of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Integer {
    /// The value.
    pub value: u64,
    /// What stands behind the digits.
    pub suffix: Suffix,
}

/// What stands behind the digits of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Suffix {
    /// Nothing.
    None,
    /// `u`, `ul`, `ull`
    Unsigned,
    /// `l`, `ll`
    Long,
    /// `ns` … `d`: the value is in nanoseconds.
    Duration,
}

/// Why a number is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IntegerError {
    /// It does not fit 64 bits.
    TooLarge,
    /// It ends with `_`.
    TrailingSeparator,
    /// What stands behind the digits has no meaning.
    UnknownSuffix,
    /// A digit that the base does not have.
    InvalidDigit,
    /// `12e4`: one digit from 1 to 9 stands before the `e`.
    Coefficient,
}

const DURATIONS: [(&str, u64); 7] = [
    ("ns", 1),
    ("us", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60_000_000_000),
    ("h", 3_600_000_000_000),
    ("d", 86_400_000_000_000),
];

/// Reads a number as it stands in a script.
///
/// # Errors
/// If bpftrace would refuse it.
pub fn integer(text: &str) -> Result<Integer, IntegerError> {
    let (radix, digits) = match text.as_bytes() {
        [b'0', b'x' | b'X', _, ..] => (16, &text[2..]),
        [b'0', b'0'..=b'9' | b'_', ..] => (8, &text[1..]),
        _ => (10, text),
    };
    let in_number = |byte: u8| byte == b'_' || (byte as char).is_digit(radix.max(10));
    let length = digits.bytes().position(|byte| !in_number(byte)).unwrap_or(digits.len());
    let (digits, rest) = digits.split_at(length);
    if digits.ends_with('_') {
        return Err(IntegerError::TrailingSeparator);
    }
    let value = number(digits, radix)?;
    match rest.strip_prefix(['e', 'E']) {
        // The digits of `07e1` are decimal.
        Some(exponent) if radix != 16 => exponential(value, exponent),
        _ if radix == 16 && !rest.is_empty() => Err(IntegerError::UnknownSuffix),
        _ => with_suffix(value, rest),
    }
}

fn number(digits: &str, radix: u32) -> Result<u64, IntegerError> {
    let mut value: u64 = 0;
    for digit in digits.chars().filter(|&digit| digit != '_') {
        let digit = digit.to_digit(radix).ok_or(IntegerError::InvalidDigit)?;
        value = value
            .checked_mul(radix.into())
            .and_then(|value| value.checked_add(digit.into()))
            .ok_or(IntegerError::TooLarge)?;
    }
    Ok(value)
}

fn exponential(mantissa: u64, exponent: &str) -> Result<Integer, IntegerError> {
    let length =
        exponent.bytes().position(|byte| !byte.is_ascii_digit() && byte != b'_').unwrap_or(exponent.len());
    let (digits, rest) = exponent.split_at(length);
    if digits.is_empty() || digits.ends_with('_') {
        return Err(IntegerError::UnknownSuffix);
    }
    let exponent = u32::try_from(number(digits, 10)?).map_err(|_| IntegerError::TooLarge)?;
    if !(1..=9).contains(&mantissa) {
        return Err(IntegerError::Coefficient);
    }
    let value = 10_u64
        .checked_pow(exponent)
        .and_then(|factor| mantissa.checked_mul(factor))
        .ok_or(IntegerError::TooLarge)?;
    with_suffix(value, rest)
}

fn with_suffix(value: u64, suffix: &str) -> Result<Integer, IntegerError> {
    if let Some((_, nanoseconds)) = DURATIONS.iter().find(|(unit, _)| *unit == suffix) {
        let value = value.checked_mul(*nanoseconds).ok_or(IntegerError::TooLarge)?;
        return Ok(Integer { value, suffix: Suffix::Duration });
    }
    let suffix = match suffix.to_ascii_lowercase().as_str() {
        "" => Suffix::None,
        "u" | "ul" | "ull" => Suffix::Unsigned,
        "l" | "ll" if i64::try_from(value).is_err() => return Err(IntegerError::TooLarge),
        "l" | "ll" => Suffix::Long,
        _ => return Err(IntegerError::UnknownSuffix),
    };
    Ok(Integer { value, suffix })
}

/// The first escape of a string that has no meaning: its place in `content` (the text between the quotes) and length.
pub fn invalid_escape(content: &str) -> Option<(usize, usize)> {
    let bytes = content.as_bytes();
    let mut position = 0;
    while let Some(&byte) = bytes.get(position) {
        if byte != b'\\' {
            position += 1;
            continue;
        }
        let rest = &bytes[position + 1..];
        let length = match rest {
            [b'n' | b't' | b'r' | b'"' | b'\\', ..] => 1,
            [b'4'..=b'7', b'0'..=b'7', b'0'..=b'7', ..] => return Some((position, 4)),
            [b'0'..=b'7', ..] => rest.iter().take(3).take_while(|digit| matches!(digit, b'0'..=b'7')).count(),
            [b'x' | b'X', first, ..] if first.is_ascii_hexdigit() => {
                1 + rest[1..].iter().take(2).take_while(|digit| digit.is_ascii_hexdigit()).count()
            }
            [] => return Some((position, 1)),
            _ => {
                let escaped = content[position + 1..].chars().next().map_or(1, char::len_utf8);
                return Some((position, 1 + escaped));
            }
        };
        position += 1 + length;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        let plain = |value| Ok(Integer { value, suffix: Suffix::None });
        let cases = [
            ("0", plain(0)),
            ("42", plain(42)),
            ("0x1F_00", plain(0x1f00)),
            ("0XfF", plain(255)),
            ("0755", plain(0o755)),
            ("1_000", plain(1000)),
            ("1e6", plain(1_000_000)),
            ("18446744073709551615", plain(u64::MAX)),
            ("5ULL", Ok(Integer { value: 5, suffix: Suffix::Unsigned })),
            ("5l", Ok(Integer { value: 5, suffix: Suffix::Long })),
            ("1_000us", Ok(Integer { value: 1_000_000, suffix: Suffix::Duration })),
            ("2s", Ok(Integer { value: 2_000_000_000, suffix: Suffix::Duration })),
            ("18446744073709551616", Err(IntegerError::TooLarge)),
            ("1e20", Err(IntegerError::TooLarge)),
            ("1e99999999999", Err(IntegerError::TooLarge)),
            ("99999999999d", Err(IntegerError::TooLarge)),
            ("1_", Err(IntegerError::TrailingSeparator)),
            ("1e", Err(IntegerError::UnknownSuffix)),
            ("123foo", Err(IntegerError::UnknownSuffix)),
            ("0x", Err(IntegerError::UnknownSuffix)),
            ("09", Err(IntegerError::InvalidDigit)),
            ("12e4", Err(IntegerError::Coefficient)),
            ("0e4", Err(IntegerError::Coefficient)),
            ("0x10s", Err(IntegerError::UnknownSuffix)),
            ("5lu", Err(IntegerError::UnknownSuffix)),
            ("9223372036854775808l", Err(IntegerError::TooLarge)),
        ];
        for (text, expected) in cases {
            assert_eq!(integer(text), expected, "{text}");
        }
    }

    #[test]
    fn escapes() {
        for fine in ["", "a", r"\n\t\r\\", r#"\""#, r"\0\377\18", r"\x1\x41\Xff", "é"] {
            assert_eq!(invalid_escape(fine), None, "{fine}");
        }
        assert_eq!(invalid_escape(r"a\q"), Some((1, 2)));
        assert_eq!(invalid_escape("\\é"), Some((0, 3)));
        assert_eq!(invalid_escape(r"\xg"), Some((0, 2)));
        assert_eq!(invalid_escape("\\"), Some((0, 1)));
        assert_eq!(invalid_escape(r"\400"), Some((0, 4)));
    }
}
