//! Kinds of values that bpftrace never takes for one another, whatever their size and sign.

use bt_catalog::{Type, Version, builtin};
use bt_syntax::tree::Item;
use bt_syntax::{ExpressionId, ExpressionKind};

use super::Context;
use crate::constants::constant;
use crate::usage::Place;

/// The release of which it is known that a boolean is no number. Booleans came with 0.24.
const BOOLEAN_IS_NO_NUMBER: Version = Version::new(0, 27);

/// The release of which it is known that stacks of other modes and limits are of other types.
const TELLS_STACKS_APART: Version = Version::new(0, 27);

/// Mode and limit of a stack that says neither.
const DEFAULT_MODE: &str = "bpftrace";
const DEFAULT_LIMIT: i128 = 127;

/// The family of a value, as the type that stands for it; `None` if it cannot be told for certain.
///
/// What is read of a map that aggregates has none: releases differ about it.
pub(super) fn family(context: &Context<'_>, id: ExpressionId) -> Option<Type> {
    let family = family_of(context.inference.value(id).kind, context.target)?;
    let expression = context.parse.program.expressions.get(id);
    let is_certain = match expression.kind {
        // With a parameter of the script it can be text.
        ExpressionKind::Positional => false,
        // A constant, or the name of a type, is taken for a number.
        ExpressionKind::Identifier => {
            family != Type::Signed || builtin(expression.span.text(context.source)).is_some()
        }
        ExpressionKind::Map { .. } => match context.usage.place(id) {
            Place::Map(map) => context.usage.maps[map.index()].aggregation.is_none(),
            _ => false,
        },
        _ => true,
    };
    is_certain.then_some(family)
}

/// The family of a type.
pub(super) fn family_of(kind: Type, target: Version) -> Option<Type> {
    match kind {
        Type::Signed | Type::Unsigned => Some(Type::Signed),
        Type::Boolean if target < BOOLEAN_IS_NO_NUMBER => Some(Type::Signed),
        Type::Unknown | Type::Nothing | Type::Array | Type::Record => None,
        known => Some(known),
    }
}

/// Whether two values are certainly of different types. Tuples are compared part by part.
pub(super) fn differ(context: &Context<'_>, left: ExpressionId, right: ExpressionId) -> bool {
    let expressions = &context.parse.program.expressions;
    match (&expressions.get(left).kind, &expressions.get(right).kind) {
        (ExpressionKind::Tuple(left), ExpressionKind::Tuple(right)) => {
            left.len() != right.len()
                || left.iter().zip(right).any(|(left, right)| differ(context, *left, *right))
        }
        _ => match (family(context, left), family(context, right)) {
            (Some(first), Some(second)) if first != second => true,
            (Some(Type::Kstack | Type::Ustack), Some(_)) if context.target >= TELLS_STACKS_APART => {
                matches!((stack(context, left), stack(context, right)), (Some(left), Some(right)) if left != right)
            }
            _ => false,
        },
    }
}

/// Mode and limit of a stack that is taken here; `None` if they cannot be told.
fn stack<'a>(context: &Context<'a>, id: ExpressionId) -> Option<(&'a str, i128)> {
    let expressions = &context.parse.program.expressions;
    let arguments = match &expressions.get(id).kind {
        ExpressionKind::Identifier => &[][..],
        ExpressionKind::Call { arguments, .. } => arguments,
        _ => return None,
    };
    // The config block, which stands before the probes, can say another mode.
    let mut before = context.parse.program.items.iter().take_while(|item| !matches!(item, Item::Probe(_)));
    if before.any(|item| matches!(item, Item::Config(_))) {
        return None;
    }
    let mode = |id| {
        let expression = expressions.get(id);
        matches!(expression.kind, ExpressionKind::Identifier).then(|| expression.span.text(context.source))
    };
    match *arguments {
        [] => Some((DEFAULT_MODE, DEFAULT_LIMIT)),
        [only] => match mode(only) {
            Some(mode) => Some((mode, DEFAULT_LIMIT)),
            None => Some((DEFAULT_MODE, constant(expressions, only)?)),
        },
        [first, second] => Some((mode(first)?, constant(expressions, second)?)),
        _ => None,
    }
}

/// What a value of the family of another one is called, if it is of another type.
pub(super) fn another(family: Type) -> &'static str {
    match family {
        Type::Tuple => "another tuple",
        Type::Kstack | Type::Ustack => "a stack of another mode or limit",
        _ => noun(family),
    }
}

/// What a value of a family is called.
pub(super) fn noun(family: Type) -> &'static str {
    match family {
        Type::Signed | Type::Unsigned => "a number",
        Type::Boolean => "a boolean",
        Type::String => "a string",
        Type::Buffer => "a buffer",
        Type::Kstack => "a kernel stack",
        Type::Ustack => "a user stack",
        Type::Ksym => "a kernel symbol",
        Type::Usym => "a user symbol",
        Type::Inet => "an IP address",
        Type::MacAddress => "a hardware address",
        Type::Username => "a user name",
        Type::Timestamp => "a formatted time",
        Type::CgroupPath => "a path of control groups",
        Type::Pointer => "a pointer",
        Type::Tuple => "a tuple",
        Type::Record => "a record",
        Type::Array => "an array",
        Type::Nothing => "no value",
        Type::Unknown => "a value",
    }
}
