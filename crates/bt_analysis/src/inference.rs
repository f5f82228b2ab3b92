//! What the values of a script are, as far as it can be told without the types of the kernel.

mod held;
mod round;

use bt_catalog::{Type, Version, type_name};
use bt_syntax::tree::TypeName;
use bt_syntax::{ExpressionId, Program};

use crate::definitions::Definitions;
use crate::usage::{MapId, Usage, VariableId};
use held::Held;
use round::Round;

/// Rounds over the whole script; what is still unknown after them, as in a long chain of maps that stand in the wrong
/// order, stays unknown.
const MAX_ROUNDS: usize = 4;

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Value {
    /// Its type.
    pub(crate) kind: Type,
    /// Whether it is a number that cannot be negative.
    pub(crate) non_negative: bool,
    /// Whether it is a literal, which takes the type of what it meets.
    pub(crate) is_literal: bool,
}

impl Value {
    const UNKNOWN: Value = Value::of(Type::Unknown);

    const fn of(kind: Type) -> Value {
        let non_negative = matches!(kind, Type::Unsigned | Type::Boolean);
        Value { kind, non_negative, is_literal: false }
    }

    /// What can be either of two values.
    fn or(self, other: Value) -> Value {
        let kind = match (self.kind, other.kind) {
            (left, right) if left == right => left,
            (Type::Unknown, known) | (known, Type::Unknown) => known,
            (left, right) if left.is_integer() && right.is_integer() => {
                match (self.is_literal, other.is_literal) {
                    (true, false) if self.non_negative => right,
                    (false, true) if other.non_negative => left,
                    _ => Type::Signed,
                }
            }
            _ => Type::Unknown,
        };
        Value {
            kind,
            non_negative: self.non_negative && other.non_negative,
            is_literal: self.is_literal && other.is_literal,
        }
    }
}

/// What a type that is named in a script holds.
fn named_type(source: &str, type_name: &TypeName) -> Value {
    if type_name.pointers > 0 {
        return Value::of(Type::Pointer);
    }
    let name = type_name.name.text(source);
    // `string[16]` is a string of that length.
    match known_type(name) {
        Type::String | Type::Buffer | Type::Inet if type_name.is_array => Value::of(known_type(name)),
        _ if type_name.is_array => Value::of(Type::Array),
        known => Value::of(known),
    }
}

fn known_type(name: &str) -> Type {
    let last = name.split_ascii_whitespace().last().unwrap_or_default();
    match type_name(last) {
        Some(Type::Signed) if name.starts_with("unsigned") => Type::Unsigned,
        Some(known) => known,
        None => Type::Unknown,
    }
}

/// What the expressions, variables and maps of a script hold.
pub(crate) struct Inference {
    values: Vec<Value>,
    held: Held,
}

impl Inference {
    pub(crate) fn new(
        source: &str,
        program: &Program,
        usage: &Usage<'_>,
        definitions: &Definitions<'_>,
        target: Version,
    ) -> Inference {
        let mut round = Round::first(source, program, usage, definitions.has_c, target);
        let mut is_settled = round.run();
        for _ in 1..MAX_ROUNDS {
            if is_settled {
                break;
            }
            is_settled = round.again();
        }
        round.finish()
    }

    /// What an expression is.
    pub(crate) fn value(&self, id: ExpressionId) -> Value {
        self.values.get(id.index()).copied().unwrap_or(Value::UNKNOWN)
    }

    /// What a map holds.
    pub(crate) fn map(&self, map: MapId) -> Value {
        self.held.map(map)
    }

    /// What a variable holds.
    pub(crate) fn variable(&self, variable: VariableId) -> Value {
        self.held.variable(variable)
    }
}
