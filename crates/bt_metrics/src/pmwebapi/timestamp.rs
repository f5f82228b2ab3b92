//! Reads the timestamp of a fetch. pmproxy 6.0.3 writes seconds, a point, and the number of nanoseconds without its leading
//! zeros: `7.61079921` is 61 ms after the second, not 611.

use serde::{Deserialize, Deserializer, de};
use serde_json::value::RawValue;

/// Digits behind the point that are nanoseconds without leading zeros. Fewer are milliseconds, as a number of a clock that
/// counts them has; more have all zeros.
const SHORT_NANOSECONDS: std::ops::RangeInclusive<usize> = 4..=8;

/// Seconds from 1970 to the year 10000. A clock cannot show more, and with it milliseconds keep their precision.
const END_OF_TIME_SECONDS: f64 = 253_402_300_800.0;

/// Reads the text of a number; `None` if it is none, or no time of a clock.
pub(super) fn read(text: &str) -> Option<f64> {
    let number: f64 = serde_json::from_str(text).ok()?;
    let seconds = short_nanoseconds(text).unwrap_or(number);
    (0.0..END_OF_TIME_SECONDS).contains(&seconds).then_some(seconds)
}

fn short_nanoseconds(text: &str) -> Option<f64> {
    let (seconds, fraction) = text.trim().split_once('.')?;
    let nanoseconds: u32 = fraction.parse().ok().filter(|_| SHORT_NANOSECONDS.contains(&fraction.len()))?;
    Some(seconds.parse::<f64>().ok()? + f64::from(nanoseconds) * 1e-9)
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    let text = Box::<RawValue>::deserialize(deserializer)?;
    read(text.get()).ok_or_else(|| de::Error::custom("a timestamp is seconds since 1970"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zeros_in_front_of_nanoseconds_may_be_missing() {
        for (text, expected) in [
            ("7.480230847", Some(7.480_230_847)),
            ("7.61079921", Some(7.061_079_921)),
            ("7.00000061", Some(7.000_000_061)),
            ("7.4802", Some(7.000_004_802)),
            ("7.480", Some(7.48)),
            ("7.5", Some(7.5)),
            ("7", Some(7.0)),
            ("1.5e3", Some(1_500.0)),
            ("1.", None),
            ("null", None),
            ("253402300799", Some(253_402_300_799.0)),
            ("1e24", None),
            ("-7.5", None),
        ] {
            let found = read(text);
            let is_near = |(found, expected): (f64, f64)| (found - expected).abs() < 1e-6;
            assert!(found.zip(expected).map_or(found == expected, is_near), "{text}: {found:?}");
        }
    }
}
