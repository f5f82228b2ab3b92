//! The conversions of the formats of `printf()` and its like, as the different releases read them.

use bt_catalog::Version;

/// The last release that is known to read formats in the old way.
const LAST_OLD: Version = Version { major: 0, minor: 23, patch: u16::MAX };

/// The first release that is known to read formats in the new way.
const FIRST_NEW: Version = Version::new(0, 27);

/// Before this release letters behind a conversion may belong to it.
const LETTERS_END: Version = Version::new(0, 17);

/// Letters of conversions, the longer before those that they begin with.
const OLD_LETTERS: [&str; 10] = ["rx", "rh", "r", "d", "u", "x", "X", "o", "p", "s"];
const NEW_LETTERS: [&str; 18] =
    ["gr", "rx", "rh", "r", "d", "i", "u", "o", "x", "X", "c", "p", "s", "e", "f", "g", "a", "n"];
const LENGTHS: [&str; 7] = ["hh", "h", "ll", "l", "j", "z", "t"];

/// A conversion in a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Conversion<'a> {
    /// Where it begins.
    pub(crate) position: usize,
    /// All of it.
    pub(crate) text: &'a str,
    /// What it ends with.
    pub(crate) letters: &'a str,
}

/// How a release reads a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reading {
    /// Whatever looks like a conversion is one, even behind `%%`; everything else is text.
    Old,
    /// As C reads it.
    New,
}

/// How the target reads a format; `None` if it is not known, and matters.
pub(crate) fn reading(format: &str, target: Version) -> Option<Reading> {
    let mut old = conversions(format, Reading::Old);
    if target <= LAST_OLD {
        let ends_clearly = |conversion: Conversion<'_>| {
            let behind = format[conversion.position + conversion.text.len()..].chars().next();
            behind.is_none_or(|char| !char.is_ascii_alphabetic())
        };
        return (target >= LETTERS_END || old.all(ends_clearly)).then_some(Reading::Old);
    }
    (target >= FIRST_NEW || old.eq(conversions(format, Reading::New))).then_some(Reading::New)
}

/// The conversions of a format, `%%` not among them.
pub(crate) fn conversions(format: &str, reading: Reading) -> Conversions<'_> {
    Conversions { format, position: 0, reading }
}

/// The conversions of a format.
#[derive(Clone)]
pub(crate) struct Conversions<'a> {
    format: &'a str,
    position: usize,
    reading: Reading,
}

impl<'a> Iterator for Conversions<'a> {
    type Item = Conversion<'a>;

    fn next(&mut self) -> Option<Conversion<'a>> {
        loop {
            let position = self.position + memchr::memchr(b'%', &self.format.as_bytes()[self.position..])?;
            let behind = &self.format[position + 1..];
            if self.reading == Reading::New && behind.starts_with('%') {
                self.position = position + 2;
                continue;
            }
            let Some((length, letters)) = specification(behind, self.reading) else {
                self.position = position + 1;
                continue;
            };
            self.position = position + 1 + length;
            return Some(Conversion { position, text: &self.format[position..self.position], letters });
        }
    }
}

/// Length and letters of what stands behind a `%`, if that makes a conversion.
fn specification(text: &str, reading: Reading) -> Option<(usize, &str)> {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let mut rest = text.strip_prefix('-').unwrap_or(text);
    if reading == Reading::New {
        rest = rest.strip_prefix(['+', ' ', '#', '0']).unwrap_or(rest);
        rest = rest.strip_prefix('*').unwrap_or(rest);
    }
    rest = &rest[digits(rest)..];
    if let Some(precision) = rest.strip_prefix('.')
        && digits(precision) > 0
    {
        rest = &precision[digits(precision)..];
    }
    let letters = letters(rest, reading)?;
    let end = text.len() - rest.len() + letters.1;
    Some((end, letters.0))
}

/// The letters that end a conversion, and how long they are with the length before them.
fn letters(rest: &str, reading: Reading) -> Option<(&str, usize)> {
    let of = |rest: &'_ str, known: &[&str]| {
        known.iter().find(|letters| rest.starts_with(**letters)).map(|letters| letters.len())
    };
    if reading == Reading::Old {
        if rest.starts_with('c') {
            return Some((&rest[..1], 1));
        }
        if let Some(length) = of(rest, &OLD_LETTERS) {
            return Some((&rest[..length], length));
        }
        let skipped = of(rest, &LENGTHS)?;
        let behind = &rest[skipped..];
        let length = of(behind, &["d", "u", "x", "X", "o", "p"])?;
        return Some((&behind[..length], skipped + length));
    }
    let skipped = rest.bytes().take_while(|byte| b"hlLjzt".contains(byte)).count();
    let behind = &rest[skipped..];
    let length = of(behind, &NEW_LETTERS)?;
    Some((&behind[..length], skipped + length))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(format: &str, reading: Reading) -> Vec<&str> {
        conversions(format, reading).map(|conversion| conversion.text).collect()
    }

    #[test]
    fn both_readings() {
        let cases: [(&str, &[&str], &[&str]); 12] = [
            ("plain", &[], &[]),
            (
                "%d %-16s|%5.2lld %rx %p %c",
                &["%d", "%-16s", "%5.2lld", "%rx", "%p", "%c"],
                &["%d", "%-16s", "%5.2lld", "%rx", "%p", "%c"],
            ),
            ("100%", &[], &[]),
            ("100%, %d", &["%d"], &["%d"]),
            ("100% done", &[], &["% d"]),
            ("%%d", &["%d"], &[]),
            ("%%%d", &["%d"], &["%d"]),
            ("%+d %#x %i", &[], &["%+d", "%#x", "%i"]),
            ("%-*s", &[], &["%-*s"]),
            ("%f %y", &[], &["%f"]),
            ("%ls %lc", &[], &["%ls", "%lc"]),
            ("%--5d %.d", &[], &[]),
        ];
        for (format, old, new) in cases {
            assert_eq!(texts(format, Reading::Old), old, "{format}");
            assert_eq!(texts(format, Reading::New), new, "{format}");
        }
    }

    #[test]
    fn releases_in_between_are_asked_only_where_both_readings_agree() {
        assert_eq!(reading("%d", Version::new(0, 25)), Some(Reading::New));
        assert_eq!(reading("%%d", Version::new(0, 25)), None);
        assert_eq!(reading("%dms", Version::new(0, 11)), None);
        assert_eq!(reading("%dms", Version::new(0, 17)), Some(Reading::Old));
    }
}
