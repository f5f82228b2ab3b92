//! Reads the values of keys; an error says what would be right.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;

/// `true`, `yes`, `on`, `1` and their opposites, in upper or lower case.
pub(super) fn boolean(text: &str) -> Result<bool, String> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" | "1" => Ok(true),
        "false" | "no" | "off" | "0" => Ok(false),
        _ => Err("expected true or false".into()),
    }
}

/// A whole number within the bounds.
pub(super) fn number<T>(text: &str, bounds: RangeInclusive<T>) -> Result<T, String>
where
    T: FromStr + PartialOrd + Display,
{
    let value = text.parse().ok().filter(|value| bounds.contains(value));
    value.ok_or_else(|| format!("expected a whole number from {} to {}", bounds.start(), bounds.end()))
}

/// Words between commas or line feeds. Empty ones are left out, so that an empty value is an empty list.
pub(super) fn list(text: &str) -> Vec<String> {
    text.split([',', '\n']).map(str::trim).filter(|word| !word.is_empty()).map(str::to_string).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn booleans() {
        assert_eq!((boolean("Yes"), boolean("0")), (Ok(true), Ok(false)));
        assert!(boolean("true # really").is_err() && boolean("").is_err());
    }

    #[test]
    fn numbers_have_bounds() {
        assert_eq!(number("60", 1..=100_u32), Ok(60));
        for bad in ["0", "101", "-1", "1.5", "1k", ""] {
            assert_eq!(
                number(bad, 1..=100_u32),
                Err("expected a whole number from 1 to 100".into()),
                "{bad}"
            );
        }
    }

    #[test]
    fn lists() {
        assert_eq!(list(" root, pcp\n,alice,"), ["root", "pcp", "alice"]);
        assert!(list("").is_empty());
    }
}
