//! What the values of a script are, as far as it can be told without the types of the kernel.

use bt_catalog::{AggregationKind, Type, Version, builtin, function, probe_type, type_name};
use bt_syntax::tree::Probe;
use bt_syntax::{ExpressionId, ExpressionKind, Program, TokenKind};
use rustc_hash::FxHashMap;

use crate::usage::{Access, Usage};

/// Rounds over all assignments; a chain of maps and variables longer than this stays unknown.
const MAX_ROUNDS: usize = 4;
/// The release from which the difference of unsigned numbers is signed.
const SIGNED_DIFFERENCE: Version = Version::new(0, 26);

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Value {
    /// Its type.
    pub(crate) kind: Type,
    /// Whether it is a number that cannot be negative.
    pub(crate) non_negative: bool,
    /// Whether it is a literal, which takes the type of what it meets.
    is_literal: bool,
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

/// What the variables and maps of a script hold.
pub(crate) struct Inference<'a> {
    source: &'a str,
    program: &'a Program,
    target: Version,
    probes: Vec<&'a Probe>,
    variables: FxHashMap<&'a str, Value>,
    maps: FxHashMap<&'a str, Value>,
}

impl<'a> Inference<'a> {
    pub(crate) fn new(source: &'a str, program: &'a Program, usage: &Usage<'a>, target: Version) -> Self {
        let probes = program.probes().collect();
        let mut inference = Inference {
            source,
            program,
            target,
            probes,
            variables: FxHashMap::default(),
            maps: FxHashMap::default(),
        };
        for _ in 0..MAX_ROUNDS {
            if !inference.round(usage) {
                break;
            }
        }
        inference
    }

    /// What the map of that name holds.
    pub(crate) fn map(&self, name: &str) -> Value {
        self.maps.get(name).copied().unwrap_or(Value::UNKNOWN)
    }

    /// Looks at every assignment once; whether something new was learnt.
    fn round(&mut self, usage: &Usage<'a>) -> bool {
        let mut variables = FxHashMap::default();
        for assigned in &usage.variables {
            let value = self.value(assigned.value, assigned.probe);
            merge(&mut variables, assigned.name, value);
        }
        let mut maps = FxHashMap::default();
        for used in &usage.maps {
            if let Some(value) = self.written(used.access, used.probe) {
                merge(&mut maps, used.name, value);
            }
        }
        let learnt = variables != self.variables || maps != self.maps;
        (self.variables, self.maps) = (variables, maps);
        learnt
    }

    fn written(&self, access: Access, probe: Option<usize>) -> Option<Value> {
        match access {
            Access::Assign(value) => Some(self.value(value, probe)),
            Access::Aggregate { kind: AggregationKind::Count, .. } => Some(Value::of(Type::Unsigned)),
            Access::Aggregate { kind, value: Some(value), is_guarded } => {
                let mut value = self.value(value, probe);
                value.non_negative |= is_guarded;
                Some(match kind {
                    AggregationKind::Hist | AggregationKind::Lhist => Value::UNKNOWN,
                    _ => value,
                })
            }
            Access::Increment => Some(Value { kind: Type::Signed, non_negative: true, is_literal: true }),
            Access::Decrement => Some(Value { kind: Type::Signed, non_negative: false, is_literal: true }),
            Access::Compound(TokenKind::PlusAssign, value) => Some(self.value(value, probe)),
            Access::Compound(..) => {
                Some(Value { kind: Type::Signed, non_negative: false, is_literal: false })
            }
            _ => None,
        }
    }

    /// What an expression is, in the probe of that number.
    pub(crate) fn value(&self, id: ExpressionId, probe: Option<usize>) -> Value {
        let expression = self.program.expressions.get(id);
        let text = expression.span.text(self.source);
        match &expression.kind {
            ExpressionKind::Integer(_) => Value { kind: Type::Signed, non_negative: true, is_literal: true },
            ExpressionKind::String => Value::of(Type::String),
            ExpressionKind::Boolean(_) => Value::of(Type::Boolean),
            ExpressionKind::Variable => self.variables.get(text).copied().unwrap_or(Value::UNKNOWN),
            ExpressionKind::Map { name, .. } => self.map(name.text(self.source)),
            ExpressionKind::Identifier => self.name(text, probe),
            ExpressionKind::Positional => Value::of(Type::Signed),
            ExpressionKind::PositionalCount => Value::of(Type::Unsigned),
            ExpressionKind::Call { name, .. } => self.call(name.text(self.source)),
            ExpressionKind::Unary { operator, operand } => self.unary(*operator, *operand, probe),
            ExpressionKind::Increment { operand, .. } => self.value(*operand, probe),
            ExpressionKind::Binary { operator, left, right } => {
                self.binary(*operator, self.value(*left, probe), self.value(*right, probe))
            }
            ExpressionKind::Conditional { then, otherwise, .. } => {
                let otherwise = self.value(*otherwise, probe);
                then.map_or(otherwise, |then| self.value(then, probe).or(otherwise))
            }
            ExpressionKind::Cast { type_name, .. } if type_name.pointers > 0 => Value::of(Type::Pointer),
            ExpressionKind::Cast { type_name, .. } if type_name.is_array => Value::of(Type::Array),
            ExpressionKind::Cast { type_name, .. } => named_type(type_name.name.text(self.source)),
            ExpressionKind::Tuple(_) => Value::of(Type::Tuple),
            ExpressionKind::Record(_) => Value::of(Type::Record),
            ExpressionKind::Field { .. }
            | ExpressionKind::Index { .. }
            | ExpressionKind::Type(_)
            | ExpressionKind::If(_)
            | ExpressionKind::Block(_)
            | ExpressionKind::Missing => Value::UNKNOWN,
        }
    }

    fn name(&self, name: &str, probe: Option<usize>) -> Value {
        let kinds = || {
            let probe = probe.and_then(|probe| self.probes.get(probe));
            let points = probe.map_or(&[][..], |probe| &probe.attach_points);
            points
                .iter()
                .filter_map(|point| probe_type(point.provider.text(self.source)))
                .map(|known| known.name)
        };
        let kind = match name {
            "func" if kinds().any(|kind| matches!(kind, "uprobe" | "uretprobe")) => Type::Usym,
            "func" => Type::Ksym,
            "retval" if kinds().any(|kind| matches!(kind, "kretprobe" | "uretprobe")) => Type::Unsigned,
            // A name that is no builtin is a constant of C.
            _ => builtin(name).map_or(Type::Signed, |known| known.value),
        };
        Value::of(kind)
    }

    fn call(&self, name: &str) -> Value {
        match function(name) {
            Some(known) => Value::of(known.returns),
            None => builtin(name).map_or(Value::UNKNOWN, |known| Value::of(known.value)),
        }
    }

    fn unary(&self, operator: TokenKind, operand: ExpressionId, probe: Option<usize>) -> Value {
        let operand = self.value(operand, probe);
        match operator {
            TokenKind::Not => Value::of(Type::Boolean),
            TokenKind::Minus => Value { non_negative: false, is_literal: false, ..operand },
            TokenKind::Plus => operand,
            TokenKind::Tilde => Value { is_literal: false, ..Value::of(operand.kind) },
            TokenKind::And => Value::of(Type::Pointer),
            _ => Value::UNKNOWN,
        }
    }

    fn binary(&self, operator: TokenKind, left: Value, right: Value) -> Value {
        match operator {
            TokenKind::AndAnd
            | TokenKind::OrOr
            | TokenKind::Equal
            | TokenKind::NotEqual
            | TokenKind::Less
            | TokenKind::LessEqual
            | TokenKind::Greater
            | TokenKind::GreaterEqual => Value::of(Type::Boolean),
            TokenKind::Minus => self.difference(left, right),
            // A mask that is not negative clears the sign.
            TokenKind::And => {
                let both = left.or(right);
                Value { non_negative: left.non_negative || right.non_negative, ..both }
            }
            TokenKind::ShiftLeft | TokenKind::ShiftRight => left,
            _ if left.kind == Type::Pointer || right.kind == Type::Pointer => Value::of(Type::Pointer),
            _ if left.kind == Type::Unknown || right.kind == Type::Unknown => Value::UNKNOWN,
            _ => left.or(right),
        }
    }

    fn difference(&self, left: Value, right: Value) -> Value {
        let both = left.or(right);
        match both.kind {
            // A later time minus an earlier one: what a script subtracts unsigned, it means to be positive.
            Type::Unsigned if self.target >= SIGNED_DIFFERENCE => Value { kind: Type::Signed, ..both },
            Type::Unsigned => both,
            _ if left.kind == Type::Unknown || right.kind == Type::Unknown => Value::UNKNOWN,
            _ => Value { non_negative: false, is_literal: false, ..both },
        }
    }
}

fn named_type(name: &str) -> Value {
    let last = name.split_ascii_whitespace().last().unwrap_or_default();
    let first_unsigned = name.starts_with("unsigned");
    match type_name(last) {
        Some(Type::Signed) if first_unsigned => Value::of(Type::Unsigned),
        Some(known) => Value::of(known),
        None => Value::UNKNOWN,
    }
}

fn merge<'a>(known: &mut FxHashMap<&'a str, Value>, name: &'a str, value: Value) {
    known.entry(name).and_modify(|before| *before = before.or(value)).or_insert(value);
}
