//! What a script uses: every map and variable with its uses, every call, every name, with what is done there.

mod map_names;
mod scopes;
mod walk;

use bt_catalog::{Aggregation, AggregationKind, Builtin, Function};
use bt_syntax::tree::TypeName;
use bt_syntax::{ExpressionId, Span, TokenKind};

pub(crate) use walk::usage;

/// What a script uses. Uses stand in the order of the walk: what a use is made of before itself, as the key before
/// its map.
#[derive(Debug, Default)]
pub(crate) struct Usage<'a> {
    /// The different maps, in the order of their first mention.
    pub(crate) maps: Vec<Map<'a>>,
    /// Uses of maps.
    pub(crate) map_uses: Vec<MapUse<'a>>,
    /// Maps that a `for` loop goes over, and where.
    pub(crate) iterated_maps: Vec<(MapId, Span)>,
    /// The different variables: those of one name in different scopes are different.
    pub(crate) variables: Vec<Variable<'a>>,
    /// Values that variables get.
    pub(crate) variable_values: Vec<VariableValue>,
    /// Uses of variables that have no value there.
    pub(crate) undefined_variables: Vec<Name<'a>>,
    /// Declarations of variables that exist already: the second one's place and the first one.
    pub(crate) repeated_variables: Vec<(Span, VariableId)>,
    /// Calls.
    pub(crate) calls: Vec<Call<'a>>,
    /// Plain names: builtins and constants.
    pub(crate) names: Vec<Name<'a>>,
    /// Conditions of predicates, `if`s and loops.
    pub(crate) conditions: Vec<Condition>,
    /// Statements that are no more than a value.
    pub(crate) value_statements: Vec<ValueStatement>,
    /// `break`, `continue`, `return`.
    pub(crate) jumps: Vec<Jump>,
    /// How often `unroll` repeats.
    pub(crate) unroll_counts: Vec<ExpressionId>,
    /// Statements that are no more than a `;`.
    pub(crate) empty_statements: Vec<Span>,
    /// Syntax that not every release has.
    pub(crate) syntax: Vec<(Syntax, Span)>,
    /// Expressions that are made of others by signs: operators, casts, fields, tuples, maps with keys. The whole stands before
    /// its parts.
    pub(crate) compounds: Vec<ExpressionId>,
    /// Branches of `condition ? a : b` that the condition says are not negative; in order.
    pub(crate) guarded_branches: Vec<ExpressionId>,
    /// The first `$1`, `$2`, … or `$#`.
    pub(crate) positional: Option<Span>,
    /// Of each expression what it stands for.
    places: Vec<Place>,
    /// Positions in `map_uses`, those of one map behind those of the map before.
    uses_by_map: Vec<u32>,
}

/// Names a map of [`Usage::maps`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct MapId(u32);

/// Names a variable of [`Usage::variables`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct VariableId(u32);

impl MapId {
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

impl VariableId {
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// What an expression stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Place {
    /// None of these.
    #[default]
    None,
    /// A map, or one of its values.
    Map(MapId),
    /// A variable.
    Variable(VariableId),
    /// A call, by its position in [`Usage::calls`].
    Call(u32),
    /// A plain name, by its position in [`Usage::names`].
    Name(u32),
}

impl<'a> Usage<'a> {
    /// Nothing yet, with room for what so many expressions mostly are.
    fn with_room(expressions: usize) -> Usage<'a> {
        Usage {
            map_uses: Vec::with_capacity(expressions / 6),
            calls: Vec::with_capacity(expressions / 6),
            names: Vec::with_capacity(expressions / 4),
            compounds: Vec::with_capacity(expressions / 3),
            places: vec![Place::None; expressions],
            ..Usage::default()
        }
    }

    /// What an expression stands for.
    pub(crate) fn place(&self, id: ExpressionId) -> Place {
        self.place_at(id.index())
    }

    /// What the expression of that index stands for.
    pub(crate) fn place_at(&self, index: usize) -> Place {
        self.places.get(index).copied().unwrap_or_default()
    }

    /// The uses of one map, in the order of the walk; at least one.
    pub(crate) fn uses(&self, map: MapId) -> impl Iterator<Item = &MapUse<'a>> + Clone {
        let (start, end) = self.maps[map.index()].uses;
        self.uses_by_map[start as usize..end as usize].iter().map(|number| &self.map_uses[*number as usize])
    }

    /// The maps with their ids.
    pub(crate) fn map_ids(&self) -> impl Iterator<Item = (MapId, &Map<'a>)> {
        self.maps.iter().enumerate().map(|(number, map)| (MapId(number as u32), map))
    }

    /// Notes of each map which uses are its own.
    fn group_uses(&mut self) {
        let mut end = 0;
        for map in &mut self.maps {
            // The number of its uses was counted here.
            let count = map.uses.1;
            map.uses = (end, end);
            end += count;
        }
        self.uses_by_map.resize(self.map_uses.len(), 0);
        for (number, used) in self.map_uses.iter().enumerate() {
            let map = &mut self.maps[used.map.index()];
            if let Access::Aggregate { kind, .. } = used.access {
                map.aggregation.get_or_insert(kind);
            }
            self.uses_by_map[map.uses.1 as usize] = number as u32;
            map.uses.1 += 1;
        }
    }
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
    /// `while (…)`
    While,
    /// `a ?: b`
    Elvis,
    /// `(x = 1)`
    Record,
    /// `(1, 2)`
    Tuple,
    /// `if` as a value
    IfValue,
    /// `{ … }` as a value
    BlockValue,
    /// `1ms`
    Duration,
    /// `true`
    Boolean,
    /// `&$x`
    AddressOf,
    /// `import` in a block
    Import,
    /// `_ = value`
    Discard,
    /// `{ … }` as a statement
    BlockStatement,
    /// `(1,)`, `()`
    ShortTuple,
    /// `@x[(1, 2)]`
    TupleKey,
    /// `1e6`
    Exponent,
    /// `1_000`
    Separator,
    /// `1ul`
    Suffix,
    /// The `.` of `args.x`
    DotOfArgs,
    /// The `->` of `args->x`
    ArrowOfArgs,
    /// `else if`
    ElseIf,
    /// `return value` in a probe
    ReturnValue,
}

/// A map.
#[derive(Debug)]
pub(crate) struct Map<'a> {
    /// With its `@`.
    pub(crate) name: &'a str,
    /// Its first mention.
    pub(crate) span: Span,
    /// How it aggregates, by the first use that says so.
    pub(crate) aggregation: Option<AggregationKind>,
    /// Where its positions in [`Usage::uses_by_map`] begin and end.
    uses: (u32, u32),
}

/// One use of a map.
#[derive(Debug)]
pub(crate) struct MapUse<'a> {
    /// Which map.
    pub(crate) map: MapId,
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
        /// The call, by its position in [`Usage::calls`].
        call: u32,
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

/// A variable.
#[derive(Debug)]
pub(crate) struct Variable<'a> {
    /// With its `$`.
    pub(crate) name: &'a str,
    /// Where it is declared: its first mention in its scope.
    pub(crate) span: Span,
    /// How it came to be.
    pub(crate) origin: Origin<'a>,
    /// Whether its value is used.
    pub(crate) is_read: bool,
}

/// How a variable came to be.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Origin<'a> {
    /// `$x = 1`
    Assigned,
    /// `let $x`, `let $x : type = 1`
    Let(Option<&'a TypeName>),
    /// `for ($x : …)`; whether it counts numbers.
    Loop { is_number: bool },
    /// A parameter of a macro or function.
    Parameter(Option<&'a TypeName>),
    /// Filled by a call: `find(@m, key, $x)`.
    Filled,
}

/// A value that a variable gets.
#[derive(Debug)]
pub(crate) struct VariableValue {
    /// Which variable.
    pub(crate) variable: VariableId,
    /// Where it stands.
    pub(crate) span: Span,
    /// `=`, `+=`, …
    pub(crate) operator: TokenKind,
    /// The value.
    pub(crate) value: ExpressionId,
    /// Number of the probe that does it; `None` in macros and functions.
    pub(crate) probe: Option<usize>,
}

/// One call.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    /// The function.
    pub(crate) name: &'a str,
    /// What is called.
    pub(crate) callee: Callee,
    /// Where its name stands.
    pub(crate) name_span: Span,
    /// The whole call.
    pub(crate) span: Span,
    /// Its arguments.
    pub(crate) arguments: &'a [ExpressionId],
    /// Whether it is all that is assigned to a map.
    pub(crate) is_map_value: bool,
    /// Number of the probe that does it; `None` in macros and functions.
    pub(crate) probe: Option<usize>,
    /// The loops around it.
    pub(crate) loops: Loops,
}

/// What is called.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Callee {
    /// A function of the language.
    Function(&'static Function),
    /// `count()` and its like.
    Aggregation(&'static Aggregation),
    /// A builtin; newer releases let it be called.
    Builtin(&'static Builtin),
    /// A macro or function of the script.
    Defined,
    /// Nothing that is known.
    Unknown,
}

impl Callee {
    /// The function of the language that is called, if it is one.
    pub(crate) fn function(self) -> Option<&'static Function> {
        match self {
            Callee::Function(known) => Some(known),
            _ => None,
        }
    }

    /// The aggregation that is called, if it is one.
    pub(crate) fn aggregation(self) -> Option<&'static Aggregation> {
        match self {
            Callee::Aggregation(known) => Some(known),
            _ => None,
        }
    }
}

/// One plain name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Name<'a> {
    /// The name.
    pub(crate) text: &'a str,
    /// Where it stands.
    pub(crate) span: Span,
    /// Number of the probe that uses it; `None` in macros and functions.
    pub(crate) probe: Option<usize>,
    /// The builtin of that name, whether or not the script hides it.
    pub(crate) builtin: Option<&'static Builtin>,
}

/// What something depends on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Condition {
    pub(crate) kind: ConditionKind,
    pub(crate) value: ExpressionId,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ConditionKind {
    Predicate,
    If,
    While,
}

/// A statement that is no more than a value.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ValueStatement {
    pub(crate) value: ExpressionId,
    /// Whether it is the value of the block around it.
    pub(crate) is_result: bool,
}

/// A statement that leaves a loop, probe or function.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Jump {
    pub(crate) kind: JumpKind,
    pub(crate) span: Span,
    /// The loops around it.
    pub(crate) loops: Loops,
    /// Number of the probe that does it; `None` in macros and functions.
    pub(crate) probe: Option<usize>,
    /// Whether it stands in a function of the script.
    pub(crate) in_function: bool,
}

/// The loops around something. `unroll`, which repeats text, is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Loops {
    /// The nearest one.
    pub(crate) innermost: Option<LoopKind>,
    /// Whether one of them is a `for`.
    pub(crate) has_for: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LoopKind {
    While,
    For,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum JumpKind {
    Break,
    Continue,
    Return { has_value: bool },
}
