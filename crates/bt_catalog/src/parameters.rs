//! What a function takes: the name of each argument, its kind, and whether it may be left out.

use crate::Version;

/// An argument that a function takes.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// Its name in the signature.
    pub name: &'static str,
    /// What can be given.
    pub kind: ParameterKind,
    /// How often it is given.
    pub occurrence: Occurrence,
    /// First release that takes it; [`Version::OLDEST`] if it came with the function.
    pub since: Version,
}

/// What can be given for a parameter. Where a literal is wanted, a parameter of the script (`$1`) will do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParameterKind {
    /// Any value.
    Any,
    /// A value that is true or false.
    Condition,
    /// A number.
    Integer,
    /// A number that the compiler knows.
    IntegerLiteral,
    /// A value that is text.
    String,
    /// Text in quotes.
    StringLiteral,
    /// Text in quotes that is a format: see [`crate::CONVERSIONS`].
    Format,
    /// A literal, of any kind.
    Literal,
    /// A number, or a name in quotes.
    NumberOrName,
    /// An address.
    Pointer,
    /// Bytes in a row, or an address of them.
    Array,
    /// A map as a whole, without a key.
    Map,
    /// A map as a whole, or a stack.
    MapOrStack,
    /// A map as a whole, or any value.
    MapOrValue,
    /// A key of the map before it.
    Key,
    /// A variable that gets a value.
    Variable,
    /// A stack.
    Stack,
    /// One of these names, without quotes.
    Name(&'static [&'static str]),
    /// A type.
    Type,
    /// A type or a value.
    TypeOrValue,
    /// A field of the type before it, or a field of its field (`a.b`).
    Field,
}

/// How often an argument is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occurrence {
    /// Once.
    Required,
    /// Once or not at all; then all behind it is left out, too.
    Optional,
    /// Once or not at all; the next one then takes its place.
    Skippable,
    /// Any number of times.
    Repeated,
}

/// Most arguments of a function that takes any number.
pub const MAX_ARGUMENTS: u8 = 128;

impl Parameter {
    pub(crate) const fn new(name: &'static str, kind: ParameterKind) -> Parameter {
        Parameter { name, kind, occurrence: Occurrence::Required, since: Version::OLDEST }
    }

    pub(crate) const fn optional(self) -> Parameter {
        Parameter { occurrence: Occurrence::Optional, ..self }
    }

    pub(crate) const fn skippable(self) -> Parameter {
        Parameter { occurrence: Occurrence::Skippable, ..self }
    }

    pub(crate) const fn since(self, minor: u16) -> Parameter {
        Parameter { since: Version::new(0, minor), ..self }
    }
}

/// The format of `printf()` and its like, and the values for it.
pub(crate) const FORMATTED: &[Parameter] = &[
    Parameter::new("format", ParameterKind::Format),
    Parameter { occurrence: Occurrence::Repeated, ..Parameter::new("...", ParameterKind::Any) },
];

/// Fewest and most arguments of a function with these parameters.
pub(crate) const fn argument_counts(parameters: &[Parameter]) -> (u8, u8) {
    let (mut fewest, mut most) = (0, 0);
    let mut position = 0;
    while position < parameters.len() {
        match parameters[position].occurrence {
            Occurrence::Required => (fewest, most) = (fewest + 1, most + 1),
            Occurrence::Optional | Occurrence::Skippable => most += 1,
            Occurrence::Repeated => most = MAX_ARGUMENTS,
        }
        position += 1;
    }
    (fewest, most)
}

/// The signature of a function with these parameters.
#[cfg(test)]
pub(crate) fn signature(name: &str, parameters: &[Parameter]) -> String {
    let mut text = format!("{name}(");
    let mut open = 0;
    let mut needs_comma = false;
    for parameter in parameters {
        let comma = if needs_comma { ", " } else { "" };
        match parameter.occurrence {
            Occurrence::Required | Occurrence::Repeated => text += &format!("{comma}{}", parameter.name),
            Occurrence::Optional => {
                text += &format!("[{comma}{}", parameter.name);
                open += 1;
            }
            Occurrence::Skippable => text += &format!("[{}, ]", parameter.name),
        }
        needs_comma = parameter.occurrence != Occurrence::Skippable;
    }
    text + &"]".repeat(open) + ")"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_and_signatures_agree() {
        let one = Parameter::new("a", ParameterKind::Any);
        let two = Parameter::new("b", ParameterKind::Any);
        let three = Parameter::new("c", ParameterKind::Any);
        let cases: [(&[Parameter], &str, (u8, u8)); 6] = [
            (&[], "f()", (0, 0)),
            (&[one, two], "f(a, b)", (2, 2)),
            (&[one, two.optional(), three.optional()], "f(a[, b[, c]])", (1, 3)),
            (&[one.skippable(), two.optional()], "f([a, ][b])", (0, 2)),
            (&[one.skippable(), two], "f([a, ]b)", (1, 2)),
            (FORMATTED, "f(format, ...)", (1, 128)),
        ];
        for (parameters, text, counts) in cases {
            assert_eq!(signature("f", parameters), text);
            assert_eq!(argument_counts(parameters), counts, "{text}");
        }
    }
}
