//! What can stand behind a `%` in the format of `printf()` and its like.
//!
//! A conversion is `%`, flags, a width, a precision, a length and the letters: `%-16s`, `%5.2lld`.

use crate::Lifetime;

/// The letters that end a conversion.
#[derive(Clone, Copy, Debug)]
pub struct Conversion {
    /// The letters.
    pub letters: &'static str,
    /// The values that it takes.
    pub takes: Takes,
    /// Releases that know it.
    pub lifetime: Lifetime,
    /// One line about it.
    pub summary: &'static str,
}

/// The values that a conversion takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// None: it stands for itself.
    Nothing,
    /// Numbers, bools and pointers.
    Integer,
    /// What `buf()` returns.
    Buffer,
    /// Everything that can be printed.
    Anything,
}

/// What may stand in front of a width.
pub const CONVERSION_FLAGS: &[(char, &str)] = &[
    ('-', "fills up on the right"),
    ('+', "shows the sign of positive numbers, too"),
    (' ', "puts a blank in the place of a plus sign"),
    ('#', "puts `0x` before a hex number"),
    ('0', "fills up with zeros"),
];

/// Lengths, as C has them. bpftrace knows the size of its values by itself.
pub const CONVERSION_LENGTHS: &[&str] = &["hh", "h", "l", "ll", "L", "j", "z", "t"];

/// The conversion of these letters.
pub fn conversion(letters: &str) -> Option<&'static Conversion> {
    // A dozen of them, and few formats in a script.
    CONVERSIONS.iter().find(|conversion| conversion.letters == letters)
}

/// Every conversion. Others that C has, as `%f`, are errors.
pub static CONVERSIONS: &[Conversion] = &[
    conversion_of("%", Takes::Nothing, "A percent sign."),
    conversion_of("d", Takes::Integer, "A number with sign."),
    conversion_of("i", Takes::Integer, "The same as `%d`."),
    conversion_of("u", Takes::Integer, "A number without sign."),
    conversion_of("o", Takes::Integer, "An octal number."),
    conversion_of("x", Takes::Integer, "A hex number in small letters."),
    conversion_of("X", Takes::Integer, "A hex number in capitals."),
    conversion_of("c", Takes::Integer, "The character of that number."),
    conversion_of("p", Takes::Integer, "A hex number with `0x`."),
    conversion_of("gr", Takes::Integer, "The kernel's flags of an allocation (GFP), by name.").since(26),
    conversion_of(
        "s",
        Takes::Anything,
        "Text; symbols, stacks, addresses, users, and names of enum values since 0.22.",
    ),
    conversion_of("r", Takes::Buffer, "Bytes: printable ASCII as it is, others as `\\xNN`."),
    conversion_of("rx", Takes::Buffer, "Bytes, each as `\\xNN`."),
    conversion_of("rh", Takes::Buffer, "Bytes in hex, with blanks between them."),
];

const fn conversion_of(letters: &'static str, takes: Takes, summary: &'static str) -> Conversion {
    let lifetime = if matches!(takes, Takes::Buffer) { Lifetime::since(11) } else { Lifetime::ALWAYS };
    Conversion { letters, takes, lifetime, summary }
}

impl Conversion {
    const fn since(self, minor: u16) -> Conversion {
        Conversion { lifetime: Lifetime::since(minor), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_letter_once_and_none_of_the_floats() {
        for known in CONVERSIONS {
            assert!(
                std::ptr::eq(conversion(known.letters).expect("it is there"), known),
                "{}",
                known.letters
            );
            assert!(known.summary.ends_with('.'), "{}", known.letters);
        }
        for unknown in ["e", "f", "g", "a", "n", ""] {
            assert!(conversion(unknown).is_none(), "{unknown}");
        }
    }
}
