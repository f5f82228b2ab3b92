//! Versions of bpftrace: when something came, and what a script is checked against.

use std::fmt;
use std::str::FromStr;

/// A release of bpftrace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Version {
    /// First number.
    pub major: u16,
    /// Second number.
    pub minor: u16,
    /// Third number.
    pub patch: u16,
}

impl Version {
    /// The oldest release whose language the catalogue describes.
    pub const OLDEST: Version = Version { major: 0, minor: 9, patch: 2 };
    /// The newest release that the catalogue describes.
    pub const NEWEST: Version = Version::new(0, 27);

    /// The first release of a series, e.g. `new(0, 17)` is 0.17.0.
    pub const fn new(major: u16, minor: u16) -> Version {
        Version { major, minor, patch: 0 }
    }
}

/// `0.17.0`
impl fmt::Display for Version {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

/// The text is no version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VersionError;

impl fmt::Display for VersionError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("not a version: write it as 0.17 or 0.17.0")
    }
}

impl std::error::Error for VersionError {}

/// Reads `0.17`, `v0.17.0`, and what `bpftrace --version` prints (`bpftrace v0.17.0-3-g1234567`).
impl FromStr for Version {
    type Err = VersionError;

    fn from_str(text: &str) -> Result<Version, VersionError> {
        let text = text.trim();
        let text = text.strip_prefix("bpftrace").map_or(text, str::trim_start);
        let text = text.strip_prefix('v').unwrap_or(text);
        // Whatever follows the numbers is the packager's: `-3-g1234567`, `+git`, `~rc1`.
        let numbers = text.split(|end: char| !end.is_ascii_digit() && end != '.').next().unwrap_or_default();
        let numbers: Vec<u16> =
            numbers.split('.').map(str::parse).collect::<Result<_, _>>().map_err(|_| VersionError)?;
        match numbers[..] {
            [major, minor] => Ok(Version { major, minor, patch: 0 }),
            [major, minor, patch] => Ok(Version { major, minor, patch }),
            _ => Err(VersionError),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_people_and_bpftrace_write() {
        let cases = [
            ("0.17", "0.17.0"),
            ("v0.17.0", "0.17.0"),
            ("bpftrace v0.23.2\n", "0.23.2"),
            ("bpftrace v0.26.1-68-ge1b7c39", "0.26.1"),
            ("0.9.2", "0.9.2"),
        ];
        for (text, version) in cases {
            assert_eq!(
                text.parse::<Version>().map(|read| read.to_string()).as_deref(),
                Ok(version),
                "{text}"
            );
        }
        for rubbish in ["", "17", "0", "a.b", "0.17.0.1", "0.99999999", "..", "bpftrace"] {
            assert_eq!(rubbish.parse::<Version>(), Err(VersionError), "{rubbish}");
        }
    }

    #[test]
    fn ordered_by_number() {
        assert!(Version::OLDEST < Version::new(0, 10));
        assert!(Version::new(0, 9) < Version::OLDEST);
        assert!(Version::new(0, 26) < Version::NEWEST);
    }
}
