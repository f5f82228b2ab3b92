//! What is wrong with the syntax of a script, and what to do about it.

use std::fmt;

use crate::literal::IntegerError;
use crate::{Span, TokenKind};

/// Most errors that are kept; what follows them is seldom news.
pub const MAX_ERRORS: usize = 100;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// What.
    pub kind: SyntaxErrorKind,
    /// Where.
    pub span: Span,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SyntaxErrorKind {
    /// Something else should stand here.
    Expected {
        /// What should stand here.
        expected: Expected,
        /// What stands here; at most [`MAX_FOUND_BYTES`].
        found: Found,
        /// The end of the token before, where a missing sign belongs.
        after: u32,
    },
    /// A bracket is never closed.
    Unclosed {
        /// The sign that would close it.
        closing: TokenKind,
        /// The bracket.
        opening: Span,
        /// The end of the token before, where the missing sign belongs.
        after: u32,
    },
    /// A `}`, `)` or `]` that closes nothing.
    StrayClosing,
    /// A string without closing quote.
    UnterminatedString,
    /// A `/*` without `*/`.
    UnterminatedComment,
    /// A character that means nothing.
    InvalidCharacter,
    /// A number that is none.
    Integer(IntegerError),
    /// `\` and a character that mean nothing together.
    InvalidEscape,
    /// `$0`
    PositionalZero,
    /// Only maps and variables can be assigned.
    NotAssignable,
    /// A definition behind probes, or a second config block.
    OutOfOrder(Misplaced),
    /// The script nests deeper than [`crate::MAX_DEPTH`].
    TooDeep,
    /// The script is longer than [`crate::MAX_SCRIPT_BYTES`].
    TooLong,
}

/// Longest piece of the script that an error repeats.
pub const MAX_FOUND_BYTES: usize = 32;

/// What should stand somewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// A sign or keyword.
    Token(TokenKind),
    /// A value.
    Expression,
    /// A statement, or the `}` that ends the block.
    Statement,
    /// A probe or definition.
    Item,
    /// An attach point.
    AttachPoint,
    /// `,`, a predicate, or the `{` of a probe.
    ProbeBody,
    /// A name.
    Name,
    /// The name or number of a field.
    Field,
    /// `$x`
    Variable,
    /// `$x`, `@x` or a name.
    Parameter,
    /// A type.
    Type,
    /// A string.
    String,
}

/// What stands where something else should.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// The end of the script.
    End,
    /// This text.
    Text(Box<str>),
}

/// What stands at the wrong place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misplaced {
    /// A config block behind probes.
    Config,
    /// A second config block.
    SecondConfig,
    /// An import behind probes.
    Import,
    /// A C definition or preprocessor line behind probes.
    CDefinition,
}

impl SyntaxError {
    /// What to do about it.
    pub fn hint(&self) -> Option<&'static str> {
        Some(match &self.kind {
            SyntaxErrorKind::Expected { expected: Expected::Token(TokenKind::Semicolon), .. } => {
                "statements are separated by `;`"
            }
            SyntaxErrorKind::Expected { expected: Expected::Item, .. } => {
                "a probe is written as `kprobe:vfs_read { ... }`"
            }
            SyntaxErrorKind::Expected { expected: Expected::ProbeBody, .. } => {
                "an attach point is followed by `{ ... }`, `/predicate/ { ... }`, or `,` and another one"
            }
            SyntaxErrorKind::StrayClosing => "remove it, or open it before",
            SyntaxErrorKind::UnterminatedString => {
                "close it with `\"` on the same line; a line end is written `\\n`"
            }
            SyntaxErrorKind::UnterminatedComment => "close it with `*/`",
            SyntaxErrorKind::Integer(IntegerError::UnknownSuffix) => {
                "the suffixes are u, l, ul, ll, ull and ns, us, ms, s, m, h, d"
            }
            SyntaxErrorKind::Integer(IntegerError::TooLarge) => "the largest number is 18446744073709551615",
            SyntaxErrorKind::InvalidEscape => {
                "the escapes are \\n, \\t, \\r, \\\", \\\\, \\x41 and \\101; a backslash is written \\\\"
            }
            SyntaxErrorKind::PositionalZero => "parameters count from $1",
            SyntaxErrorKind::NotAssignable => "a value can be assigned to a map (@x) or a variable ($x)",
            SyntaxErrorKind::OutOfOrder(Misplaced::SecondConfig) => "put all settings into the first one",
            SyntaxErrorKind::OutOfOrder(Misplaced::CDefinition) => "put it at the top of the script",
            SyntaxErrorKind::OutOfOrder(_) => "put it before the first probe",
            SyntaxErrorKind::TooDeep => "give parts of it a name: `$x = ...;`",
            _ => return None,
        })
    }

    /// The sign whose insertion would mend it, and where.
    pub fn missing_sign(&self) -> Option<(u32, &'static str)> {
        match self.kind {
            SyntaxErrorKind::Expected {
                expected: Expected::Token(sign @ (TokenKind::Semicolon | TokenKind::Comma)),
                after,
                ..
            } => Some((after, sign_text(sign)?)),
            SyntaxErrorKind::Unclosed { closing, after, .. } => Some((after, sign_text(closing)?)),
            _ => None,
        }
    }
}

/// The only place where the message is made.
impl fmt::Display for SyntaxError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let message = match &self.kind {
            SyntaxErrorKind::Expected { expected, found, .. } => {
                return write!(formatter, "expected {expected}, found {found}");
            }
            SyntaxErrorKind::Unclosed { closing, .. } => {
                let sign = sign_text(*closing).unwrap_or_default();
                return write!(formatter, "this is never closed: `{sign}` is missing");
            }
            SyntaxErrorKind::StrayClosing => "this closes nothing",
            SyntaxErrorKind::UnterminatedString => "the string is not closed",
            SyntaxErrorKind::UnterminatedComment => "the comment is not closed",
            SyntaxErrorKind::InvalidCharacter => "this character has no meaning in a bpftrace script",
            SyntaxErrorKind::Integer(IntegerError::TooLarge) => "the number does not fit 64 bits",
            SyntaxErrorKind::Integer(IntegerError::TrailingSeparator) => "a number cannot end with `_`",
            SyntaxErrorKind::Integer(IntegerError::UnknownSuffix) => "the number has an unknown suffix",
            SyntaxErrorKind::Integer(IntegerError::InvalidDigit) => "an octal number has no digit 8 or 9",
            SyntaxErrorKind::InvalidEscape => "invalid escape in a string",
            SyntaxErrorKind::PositionalZero => "$0 does not exist",
            SyntaxErrorKind::NotAssignable => "this cannot be assigned",
            SyntaxErrorKind::OutOfOrder(Misplaced::Config) => "a config block cannot stand behind probes",
            SyntaxErrorKind::OutOfOrder(Misplaced::SecondConfig) => "there can be only one config block",
            SyntaxErrorKind::OutOfOrder(Misplaced::Import) => "an import cannot stand behind probes",
            SyntaxErrorKind::OutOfOrder(Misplaced::CDefinition) => {
                "a C definition cannot stand behind probes"
            }
            SyntaxErrorKind::TooDeep => "this nests too deep",
            SyntaxErrorKind::TooLong => "the script is too long",
        };
        formatter.write_str(message)
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Expected::Token(kind) => return write!(formatter, "`{}`", sign_text(*kind).unwrap_or("a token")),
            Expected::Expression => "a value",
            Expected::Statement => "a statement or `}`",
            Expected::Item => "a probe",
            Expected::AttachPoint => "an attach point",
            Expected::ProbeBody => "`{`",
            Expected::Name => "a name",
            Expected::Field => "the name of a field",
            Expected::Variable => "a variable",
            Expected::Parameter => "a parameter",
            Expected::Type => "a type",
            Expected::String => "a string",
        })
    }
}

impl fmt::Display for Found {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Found::End => formatter.write_str("the end of the script"),
            Found::Text(text) => write!(formatter, "`{text}`"),
        }
    }
}

/// The text of the signs that the grammar insists on.
fn sign_text(kind: TokenKind) -> Option<&'static str> {
    Some(match kind {
        TokenKind::LeftBrace => "{",
        TokenKind::RightBrace => "}",
        TokenKind::LeftParenthesis => "(",
        TokenKind::RightParenthesis => ")",
        TokenKind::RightBracket => "]",
        TokenKind::Comma => ",",
        TokenKind::Semicolon => ";",
        TokenKind::Colon => ":",
        TokenKind::Slash => "/",
        TokenKind::Assign => "=",
        TokenKind::CBody => "{ ... }",
        _ => return None,
    })
}
