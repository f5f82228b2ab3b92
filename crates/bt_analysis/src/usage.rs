//! What a script uses: every use of a map, every call, every name, with what is done there.

mod walk;

use bt_catalog::AggregationKind;
use bt_syntax::{ExpressionId, Span, TokenKind};

pub(crate) use walk::usage;

/// What a script uses.
#[derive(Debug, Default)]
pub(crate) struct Usage<'a> {
    /// Uses of maps, in the order of the walk: a key before its map, a value before what it is assigned to.
    pub(crate) maps: Vec<MapUse<'a>>,
    /// Calls, in the order of the walk.
    pub(crate) calls: Vec<Call<'a>>,
    /// Plain names: builtins and constants.
    pub(crate) names: Vec<Name<'a>>,
    /// Values that variables get.
    pub(crate) variables: Vec<VariableValue<'a>>,
    /// Variables that are used.
    pub(crate) variable_reads: Vec<Name<'a>>,
    /// Variables that are declared or filled without a value to be seen: by `let`, `for`, `find()`.
    pub(crate) declared: Vec<&'a str>,
    /// Statements that are no more than a `;`.
    pub(crate) empty_statements: Vec<Span>,
    /// Syntax that not every release has.
    pub(crate) syntax: Vec<(Syntax, Span)>,
}

/// Syntax within blocks that not every release has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Syntax {
    /// `let $x`
    Let,
    /// `for ($kv : @map)`
    ForMap,
    /// `for ($i : 0..10)`
    ForRange,
    /// `a ?: b`
    Elvis,
    /// `(x = 1)`
    Record,
    /// `if` as a value
    IfValue,
    /// `{ … }` as a value
    BlockValue,
    /// `1ms`
    Duration,
    /// `import` in a block
    Import,
}

/// One use of a map.
#[derive(Debug)]
pub(crate) struct MapUse<'a> {
    /// With its `@`.
    pub(crate) name: &'a str,
    /// Where the name stands.
    pub(crate) span: Span,
    /// What stands between the brackets.
    pub(crate) key: &'a [ExpressionId],
    /// What is done.
    pub(crate) access: Access,
    /// Number of the probe that does it; `None` in macros and functions.
    pub(crate) probe: Option<usize>,
}

/// What is done with a map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// Its value is used.
    Read,
    /// `@x = count()`
    Aggregate {
        kind: AggregationKind,
        /// The value that goes in, if it takes one.
        value: Option<ExpressionId>,
        /// Whether a condition around it says that the value is not negative.
        is_guarded: bool,
    },
    /// `@x = value`
    Assign(ExpressionId),
    /// `@x += value`
    Compound(TokenKind, ExpressionId),
    /// `@x++`
    Increment,
    /// `@x--`
    Decrement,
    /// `print(@x)`, `print(@x[key])`
    Print,
    /// `delete(@x[key])`
    Delete,
    /// `clear(@x)`, `zero(@x)`
    Reset,
    /// `len(@x)`, `has_key(@x, key)`, `for ($kv : @x)`
    Inspect,
    /// An argument of a macro, which may do anything with it.
    Passed,
}

impl Access {
    /// Whether the map can have a value afterwards.
    pub(crate) fn writes(self) -> bool {
        matches!(
            self,
            Access::Aggregate { .. }
                | Access::Assign(_)
                | Access::Compound(..)
                | Access::Increment
                | Access::Decrement
                | Access::Passed
        )
    }

    /// Whether the map stands there as a whole, without its key.
    pub(crate) fn takes_whole_map(self) -> bool {
        matches!(self, Access::Print | Access::Delete | Access::Reset | Access::Inspect | Access::Passed)
    }
}

/// One call.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    /// The function.
    pub(crate) name: &'a str,
    /// Where its name stands.
    pub(crate) name_span: Span,
    /// The whole call.
    pub(crate) span: Span,
    /// Its arguments.
    pub(crate) arguments: &'a [ExpressionId],
    /// Whether it is all that is assigned to a map.
    pub(crate) is_map_value: bool,
}

/// One plain name.
#[derive(Debug)]
pub(crate) struct Name<'a> {
    /// The name.
    pub(crate) text: &'a str,
    /// Where it stands.
    pub(crate) span: Span,
}

/// A value that a variable gets.
#[derive(Debug)]
pub(crate) struct VariableValue<'a> {
    /// With its `$`.
    pub(crate) name: &'a str,
    /// The value.
    pub(crate) value: ExpressionId,
    /// Number of the probe that does it.
    pub(crate) probe: Option<usize>,
}
