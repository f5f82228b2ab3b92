//! One look at every expression, in the order of the tree: parts stand before the whole, and mostly also what a map or
//! variable gets before where it is used.

use std::cell::OnceCell;

use bt_catalog::{AggregationKind, Type, Version, probe_type};
use bt_syntax::tree::Probe;
use bt_syntax::{ExpressionId, ExpressionKind, Program, TokenKind, sort_by_number};

use super::held::Held;
use super::{Inference, Value, named_type};
use crate::usage::{Access, Callee, Place, Usage};

/// The release from which the difference of unsigned numbers is signed.
const SIGNED_DIFFERENCE: Version = Version::new(0, 26);

/// The release from which `uaddr()` is known to give a pointer, before a number.
const TYPED_ADDRESSES: Version = Version::new(0, 17);

/// One look, and what the one before learnt.
pub(super) struct Round<'r, 'a> {
    source: &'r str,
    program: &'r Program,
    usage: &'r Usage<'a>,
    /// Whether the script brings C along, which can define any name.
    has_c: bool,
    target: Version,
    /// Made when somebody asks.
    probes: OnceCell<Vec<&'r Probe>>,
    /// In the order in which they become known.
    writes: Vec<Write>,
    /// What was learnt the last time; in the first round what was learnt so far serves.
    before: Option<Held>,
    held: Held,
    values: Vec<Value>,
}

/// A value that a map or variable gets.
struct Write {
    place: Place,
    /// The last expression that it needs.
    needs: usize,
    value: Written,
    /// Whether it changes what is there, as `+=` does.
    is_change: bool,
}

#[derive(Clone, Copy)]
enum Written {
    Expression { value: ExpressionId, is_guarded: bool },
    Fixed(Value),
}

impl<'r, 'a> Round<'r, 'a> {
    pub(super) fn first(
        source: &'r str,
        program: &'r Program,
        usage: &'r Usage<'a>,
        has_c: bool,
        target: Version,
    ) -> Self {
        Round {
            source,
            program,
            usage,
            has_c,
            target,
            probes: OnceCell::new(),
            writes: writes(usage),
            before: None,
            held: Held::new(source, usage),
            values: Vec::with_capacity(program.expressions.len()),
        }
    }

    /// Looks at everything once; whether what was read then was right.
    pub(super) fn run(&mut self) -> bool {
        let mut is_settled = true;
        let mut next = 0;
        for (index, expression) in self.program.expressions.iter().enumerate() {
            let value = self.value(index, &expression.kind);
            self.values.push(value);
            while let Some(write) = self.writes.get(next).filter(|write| write.needs <= index) {
                let value = match write.value {
                    Written::Fixed(value) => value,
                    Written::Expression { value, is_guarded } => {
                        let value = self.values[value.index()];
                        Value { non_negative: value.non_negative || is_guarded, ..value }
                    }
                };
                is_settled &= !self.held.write(write.place, value, write.is_change);
                next += 1;
            }
        }
        is_settled
    }

    /// Looks again, with what was learnt; whether nothing changed.
    pub(super) fn again(&mut self) -> bool {
        let fresh = Held::new(self.source, self.usage);
        self.before = Some(std::mem::replace(&mut self.held, fresh));
        self.values.clear();
        self.run();
        self.before.as_ref().is_some_and(|before| before.is_same(&self.held))
    }

    pub(super) fn finish(self) -> Inference {
        Inference { values: self.values, held: self.held }
    }

    fn value(&mut self, index: usize, kind: &ExpressionKind) -> Value {
        let place = self.usage.place_at(index);
        match kind {
            ExpressionKind::Integer(_) => Value { kind: Type::Signed, non_negative: true, is_literal: true },
            ExpressionKind::String => Value::of(Type::String),
            ExpressionKind::Boolean(_) => Value::of(Type::Boolean),
            ExpressionKind::Variable | ExpressionKind::Map { .. } => {
                self.before.as_mut().unwrap_or(&mut self.held).read(place).unwrap_or(Value::UNKNOWN)
            }
            ExpressionKind::Identifier => self.name(place),
            ExpressionKind::Positional => Value::of(Type::Signed),
            ExpressionKind::PositionalCount => Value::of(Type::Unsigned),
            ExpressionKind::Call { .. } => self.call(place),
            ExpressionKind::Unary { operator, operand } => unary(*operator, self.of(*operand)),
            ExpressionKind::Increment { operand, .. } => self.of(*operand),
            ExpressionKind::Binary { operator, left, right } => {
                self.binary(*operator, self.of(*left), self.of(*right))
            }
            ExpressionKind::Conditional { then, otherwise, .. } => {
                let otherwise = self.branch(*otherwise);
                then.map_or(otherwise, |then| self.branch(then).or(otherwise))
            }
            ExpressionKind::Cast { type_name, .. } => named_type(self.source, type_name),
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

    /// A part, which stands before the whole.
    fn of(&self, part: ExpressionId) -> Value {
        self.values.get(part.index()).copied().unwrap_or(Value::UNKNOWN)
    }

    /// A branch of a condition, which may tell more of it than it does itself.
    fn branch(&self, branch: ExpressionId) -> Value {
        let value = self.of(branch);
        let branches = &self.usage.guarded_branches;
        let is_guarded = || branches.binary_search_by_key(&branch.index(), |one| one.index()).is_ok();
        Value { non_negative: value.non_negative || is_guarded(), ..value }
    }

    fn name(&self, place: Place) -> Value {
        // The parameter of a macro can be anything.
        let Place::Name(number) = place else { return Value::UNKNOWN };
        let name = &self.usage.names[number as usize];
        let kinds = || {
            let probes = self.probes.get_or_init(|| self.program.probes().collect());
            let probe = name.probe.and_then(|probe| probes.get(probe));
            let points = probe.map_or(&[][..], |probe| &probe.attach_points);
            points
                .iter()
                .filter_map(|point| probe_type(point.provider.text(self.source)))
                .map(|known| known.name)
        };
        let kind = match name.text {
            "func" if kinds().any(|kind| matches!(kind, "uprobe" | "uretprobe")) => Type::Usym,
            "func" => Type::Ksym,
            "retval" if kinds().any(|kind| matches!(kind, "kretprobe" | "uretprobe")) => Type::Unsigned,
            // A name that is no builtin is a constant: of the kernel mostly a number, of the script's own C anything.
            _ => match name.builtin {
                Some(known) => known.value,
                None if self.has_c => Type::Unknown,
                None => Type::Signed,
            },
        };
        Value::of(kind)
    }

    fn call(&self, place: Place) -> Value {
        let Place::Call(number) = place else { return Value::UNKNOWN };
        let call = &self.usage.calls[number as usize];
        match call.callee {
            // They return what they get, which may be a number.
            Callee::Function(known) if matches!(known.name, "kptr" | "uptr") => {
                call.arguments.first().map_or(Value::UNKNOWN, |argument| self.of(*argument))
            }
            Callee::Function(known) if known.name == "uaddr" && self.target < TYPED_ADDRESSES => {
                Value::UNKNOWN
            }
            Callee::Function(known) => Value::of(known.returns),
            Callee::Builtin(known) => Value::of(known.value),
            Callee::Aggregation(_) | Callee::Defined | Callee::Unknown => Value::UNKNOWN,
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
            // How far apart two addresses are.
            Type::Pointer if left.kind == right.kind => Value::UNKNOWN,
            // A later time minus an earlier one: what a script subtracts unsigned, it means to be positive.
            Type::Unsigned if self.target >= SIGNED_DIFFERENCE => Value { kind: Type::Signed, ..both },
            Type::Unsigned => both,
            _ if left.kind == Type::Unknown || right.kind == Type::Unknown => Value::UNKNOWN,
            _ => Value { non_negative: false, is_literal: false, ..both },
        }
    }
}

fn unary(operator: TokenKind, operand: Value) -> Value {
    match operator {
        TokenKind::Not => Value::of(Type::Boolean),
        TokenKind::Minus => Value { non_negative: false, is_literal: false, ..operand },
        TokenKind::Plus => operand,
        TokenKind::Tilde => Value { is_literal: false, ..Value::of(operand.kind) },
        TokenKind::And => Value::of(Type::Pointer),
        _ => Value::UNKNOWN,
    }
}

/// Everything that maps and variables get, in the order in which it becomes known.
fn writes(usage: &Usage<'_>) -> Vec<Write> {
    let variables = usage.variable_values.iter().map(|write| {
        let value = Written::Expression { value: write.value, is_guarded: false };
        let is_change = write.operator != TokenKind::Assign;
        Write { place: Place::Variable(write.variable), needs: write.value.index(), value, is_change }
    });
    let maps = usage.map_uses.iter().filter_map(|used| {
        let value = written(used.access)?;
        let needs = match value {
            Written::Expression { value, .. } => value.index(),
            Written::Fixed(_) => 0,
        };
        let is_change = matches!(used.access, Access::Compound(..) | Access::Increment | Access::Decrement);
        Some(Write { place: Place::Map(used.map), needs, value, is_change })
    });
    let mut writes = Vec::with_capacity(usage.variable_values.len() + usage.map_uses.len());
    writes.extend(variables);
    writes.extend(maps);
    sort_by_number(&mut writes, |write| write.needs as u64);
    writes
}

fn written(access: Access) -> Option<Written> {
    let number = |non_negative| Value { kind: Type::Signed, non_negative, is_literal: true };
    Some(match access {
        Access::Assign(value) | Access::Compound(TokenKind::PlusAssign, value) => {
            Written::Expression { value, is_guarded: false }
        }
        Access::Aggregate { kind: AggregationKind::Count, .. } => Written::Fixed(Value::of(Type::Unsigned)),
        Access::Aggregate { kind: AggregationKind::Hist | AggregationKind::Lhist, .. } => {
            Written::Fixed(Value::UNKNOWN)
        }
        Access::Aggregate { value: Some(value), is_guarded, .. } => Written::Expression { value, is_guarded },
        Access::Increment => Written::Fixed(number(true)),
        Access::Decrement => Written::Fixed(number(false)),
        Access::Compound(..) => Written::Fixed(Value { is_literal: false, ..number(false) }),
        _ => return None,
    })
}
