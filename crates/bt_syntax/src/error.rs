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
    /// A `;` without a statement before it.
    EmptyStatement,
    /// A string without closing quote.
    UnterminatedString,
    /// A `/*` without `*/`.
    UnterminatedComment,
    /// A character that means nothing.
    InvalidCharacter,
    /// Text between single quotes.
    SingleQuotes,
    /// A preprocessor line that ends with `\`.
    ContinuedLine,
    /// A number that is none.
    Integer(IntegerError),
    /// `\` and a character that mean nothing together.
    InvalidEscape,
    /// `$0`
    PositionalZero,
    /// Only maps and variables can be assigned.
    NotAssignable,
    /// Only maps and variables can be counted up and down.
    NotCountable,
    /// `&` stands before something that is neither a variable nor a whole map.
    NoAddress,
    /// `+1`
    UnaryPlus,
    /// An operator in a condition or range that has no parentheses.
    NeedsParentheses,
    /// `for` over something that is neither a map nor a range.
    NotIterable,
    /// A type where a value should stand.
    TypeAsValue,
    /// `unsigned long`
    TypeOfSeveralWords,
    /// The value of a map's declaration is no kind of map with a size.
    NotAMapType,
    /// `sizeof` and its like have another number of arguments than this.
    ArgumentCount(u8),
    /// What `offsetof` looks for is no path of fields.
    NotAField,
    /// A builtin as the name of a field or parameter.
    ReservedName,
    /// Two fields of a record with one name.
    DuplicateField,
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
    /// The sign that closes a bracket.
    Closing {
        /// The sign.
        closing: TokenKind,
        /// The bracket.
        opening: Span,
        /// Its line, from 1.
        line: u32,
    },
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
    /// `name = value` in a record.
    RecordField,
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
    /// A C definition or preprocessor line behind a config block, imports or probes.
    CDefinition,
}

impl SyntaxError {
    /// What to do about it.
    pub fn hint(&self) -> Option<&'static str> {
        Some(match &self.kind {
            SyntaxErrorKind::Expected { expected: Expected::Token(TokenKind::Semicolon), .. } => {
                "statements are separated by `;`"
            }
            SyntaxErrorKind::Expected { expected: Expected::Variable, .. } => "variables begin with `$`",
            SyntaxErrorKind::Expected { expected: Expected::Item, .. } => {
                "a probe is written as `kprobe:vfs_read { ... }`"
            }
            SyntaxErrorKind::Expected { expected: Expected::ProbeBody, .. } => {
                "an attach point is followed by `{ ... }`, `/predicate/ { ... }`, or `,` and another one"
            }
            SyntaxErrorKind::StrayClosing => "remove it, or open it before",
            SyntaxErrorKind::EmptyStatement => "leave it out",
            SyntaxErrorKind::UnterminatedString => {
                "close it with `\"` on the same line; a line end is written `\\n`"
            }
            SyntaxErrorKind::UnterminatedComment => "close it with `*/`",
            SyntaxErrorKind::ContinuedLine => "write it on one line",
            SyntaxErrorKind::Integer(IntegerError::UnknownSuffix) => {
                "the suffixes are u, l, ul, ll, ull and ns, us, ms, s, m, h, d"
            }
            SyntaxErrorKind::Integer(IntegerError::TooLarge) => "the largest number is 18446744073709551615",
            SyntaxErrorKind::InvalidEscape => {
                "the escapes are \\n, \\t, \\r, \\\", \\\\, \\x41 and \\101 (to \\377); a backslash is written \\\\"
            }
            SyntaxErrorKind::PositionalZero => "parameters count from $1",
            SyntaxErrorKind::NotAssignable => "a value can be assigned to a map (@x) or a variable ($x)",
            SyntaxErrorKind::NotCountable => "`++` and `--` change a map (@x) or a variable ($x)",
            SyntaxErrorKind::NoAddress => "`&` takes the address of a variable ($x) or of a map (@x)",
            SyntaxErrorKind::UnaryPlus => "leave it out",
            SyntaxErrorKind::NeedsParentheses => "put all of it in parentheses",
            SyntaxErrorKind::NotIterable => {
                "a loop is written as `for ($kv : @map) { ... }` or `for ($i : 0..10) { ... }`"
            }
            SyntaxErrorKind::TypeAsValue => "only sizeof, offsetof, typeof and typeinfo take a type",
            SyntaxErrorKind::TypeOfSeveralWords => {
                "the types of numbers are int8 to int64 and uint8 to uint64"
            }
            SyntaxErrorKind::NotAMapType => "it is written as `let @x = hash(1024);`",
            SyntaxErrorKind::NotAField => "it is written as `offsetof(struct s, field.part)`",
            SyntaxErrorKind::ReservedName => "take another name",
            SyntaxErrorKind::OutOfOrder(Misplaced::SecondConfig) => "put all settings into the first one",
            SyntaxErrorKind::OutOfOrder(Misplaced::CDefinition) => "put it at the top of the script",
            SyntaxErrorKind::OutOfOrder(_) => "put it before the first probe",
            SyntaxErrorKind::TooDeep => "give parts of it a name: `$x = ...;`",
            _ => return None,
        })
    }

    /// The bracket that is not closed, to be shown beside the place where it should be.
    pub fn opening(&self) -> Option<Span> {
        match self.kind {
            SyntaxErrorKind::Expected { expected: Expected::Closing { opening, .. }, .. }
            | SyntaxErrorKind::Unclosed { opening, .. } => Some(opening),
            _ => None,
        }
    }

    /// What mends it, if there is no doubt.
    pub fn fix(&self) -> Option<SyntaxFix> {
        match self.kind {
            SyntaxErrorKind::Expected {
                expected:
                    Expected::Token(sign @ (TokenKind::Semicolon | TokenKind::Comma))
                    | Expected::Closing { closing: sign, .. },
                after,
                ..
            }
            | SyntaxErrorKind::Unclosed { closing: sign, after, .. } => {
                Some(SyntaxFix::insert(sign_text(sign), after))
            }
            SyntaxErrorKind::UnterminatedString => Some(SyntaxFix::insert("\"", self.span.end)),
            SyntaxErrorKind::UnterminatedComment => Some(SyntaxFix::insert("*/", self.span.end)),
            SyntaxErrorKind::StrayClosing | SyntaxErrorKind::EmptyStatement | SyntaxErrorKind::UnaryPlus => {
                Some(SyntaxFix { title: "Remove it".to_string(), edits: vec![(self.span, "")] })
            }
            SyntaxErrorKind::SingleQuotes => {
                let Span { start, end } = self.span;
                let edits = vec![(Span::new(start, start + 1), "\""), (Span::new(end - 1, end), "\"")];
                Some(SyntaxFix { title: "Use double quotes".to_string(), edits })
            }
            SyntaxErrorKind::NeedsParentheses => Some(SyntaxFix {
                title: "Put it in parentheses".to_string(),
                edits: vec![(Span::empty(self.span.start), "("), (Span::empty(self.span.end), ")")],
            }),
            _ => None,
        }
    }
}

/// A change of the script that mends an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxFix {
    /// What it does, as an order.
    pub title: String,
    /// Replacements, in ascending order, without overlap.
    pub edits: Vec<(Span, &'static str)>,
}

impl SyntaxFix {
    fn insert(sign: &'static str, position: u32) -> SyntaxFix {
        SyntaxFix { title: format!("Insert `{sign}`"), edits: vec![(Span::empty(position), sign)] }
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
                return write!(formatter, "this is never closed: `{}` is missing", sign_text(*closing));
            }
            SyntaxErrorKind::StrayClosing => "this closes nothing",
            SyntaxErrorKind::EmptyStatement => "there is no statement before this `;`",
            SyntaxErrorKind::UnterminatedString => "the string is not closed",
            SyntaxErrorKind::UnterminatedComment => "the comment is not closed",
            SyntaxErrorKind::SingleQuotes => "a string stands between double quotes",
            SyntaxErrorKind::ContinuedLine => "bpftrace joins no lines of the preprocessor",
            SyntaxErrorKind::InvalidCharacter => "this character has no meaning in a bpftrace script",
            SyntaxErrorKind::Integer(IntegerError::Coefficient) => {
                "one digit from 1 to 9 stands before the `e`"
            }
            SyntaxErrorKind::Integer(IntegerError::TooLarge) => "the number does not fit 64 bits",
            SyntaxErrorKind::Integer(IntegerError::TrailingSeparator) => "a number cannot end with `_`",
            SyntaxErrorKind::Integer(IntegerError::UnknownSuffix) => "the number has an unknown suffix",
            SyntaxErrorKind::Integer(IntegerError::InvalidDigit) => "an octal number has no digit 8 or 9",
            SyntaxErrorKind::InvalidEscape => "invalid escape in a string",
            SyntaxErrorKind::PositionalZero => "$0 does not exist",
            SyntaxErrorKind::NotAssignable => "this cannot be assigned",
            SyntaxErrorKind::NotCountable => "this cannot be counted up or down",
            SyntaxErrorKind::NoAddress => "this has no address",
            SyntaxErrorKind::UnaryPlus => "there is no sign `+` for numbers",
            SyntaxErrorKind::NeedsParentheses => "this needs parentheses",
            SyntaxErrorKind::NotIterable => "a loop goes over a map or over a range of numbers",
            SyntaxErrorKind::TypeAsValue => "a type is no value",
            SyntaxErrorKind::TypeOfSeveralWords => "the name of a type is one word",
            SyntaxErrorKind::NotAMapType => "this is no kind of map with a number of keys",
            SyntaxErrorKind::ArgumentCount(1) => "this takes one argument",
            SyntaxErrorKind::ArgumentCount(count) => {
                return write!(formatter, "this takes {count} arguments");
            }
            SyntaxErrorKind::NotAField => "this is no field",
            SyntaxErrorKind::ReservedName => "this name is a builtin",
            SyntaxErrorKind::DuplicateField => "the record has a field of this name already",
            SyntaxErrorKind::OutOfOrder(Misplaced::Config) => "a config block cannot stand behind probes",
            SyntaxErrorKind::OutOfOrder(Misplaced::SecondConfig) => "there can be only one config block",
            SyntaxErrorKind::OutOfOrder(Misplaced::Import) => "an import cannot stand behind probes",
            SyntaxErrorKind::OutOfOrder(Misplaced::CDefinition) => {
                "a C definition cannot stand behind a config block, imports, or probes"
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
            Expected::Token(kind) => return write!(formatter, "`{}`", sign_text(*kind)),
            Expected::Closing { closing, line, .. } => {
                let [sign, opposite] = [*closing, opening_of(*closing)].map(sign_text);
                return write!(formatter, "`{sign}` to close the `{opposite}` of line {line}");
            }
            Expected::Expression => "a value",
            Expected::Statement => "a statement or `}`",
            Expected::Item => "a probe",
            Expected::AttachPoint => "an attach point",
            Expected::ProbeBody => "`{`",
            Expected::Name => "a name",
            Expected::Field => "the name of a field",
            Expected::RecordField => "a field, `name = value`",
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

/// The bracket that a sign closes.
fn opening_of(closing: TokenKind) -> TokenKind {
    match closing {
        TokenKind::RightBrace => TokenKind::LeftBrace,
        TokenKind::RightParenthesis => TokenKind::LeftParenthesis,
        TokenKind::RightBracket => TokenKind::LeftBracket,
        other => other,
    }
}

/// The text of the signs that the grammar insists on.
fn sign_text(kind: TokenKind) -> &'static str {
    match kind {
        TokenKind::LeftBrace => "{",
        TokenKind::RightBrace => "}",
        TokenKind::LeftParenthesis => "(",
        TokenKind::RightParenthesis => ")",
        TokenKind::LeftBracket => "[",
        TokenKind::RightBracket => "]",
        TokenKind::Comma => ",",
        TokenKind::Semicolon => ";",
        TokenKind::Colon => ":",
        TokenKind::Slash => "/",
        TokenKind::Assign => "=",
        TokenKind::CBody => "{ ... }",
        _ => "a token",
    }
}
