//! Kinds of values that bpftrace never takes for one another, whatever their size and sign.

use bt_catalog::{Type, Version, builtin};
use bt_syntax::{ExpressionId, ExpressionKind};

use super::Context;
use crate::usage::Place;

/// The release of which it is known that a boolean is no number. Booleans came with 0.24.
const BOOLEAN_IS_NO_NUMBER: Version = Version::new(0, 27);

/// The family of a value, as the type that stands for it; `None` if it cannot be told for certain.
///
/// What is read of a map that aggregates has none: releases differ about it.
pub(super) fn family(context: &Context<'_>, id: ExpressionId) -> Option<Type> {
    let expression = context.parse.program.expressions.get(id);
    match expression.kind {
        // With a parameter of the script it can be text.
        ExpressionKind::Positional => return None,
        // A constant, or the name of a type.
        ExpressionKind::Identifier if builtin(expression.span.text(context.source)).is_none() => return None,
        ExpressionKind::Map { .. } => match context.usage.place(id) {
            Place::Map(map) if context.usage.maps[map.index()].aggregation.is_none() => {}
            _ => return None,
        },
        _ => {}
    }
    family_of(context.inference.value(id).kind, context.target)
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

/// Whether two values are certainly of different families. Tuples are compared part by part.
pub(super) fn differ(context: &Context<'_>, left: ExpressionId, right: ExpressionId) -> bool {
    let expressions = &context.parse.program.expressions;
    match (&expressions.get(left).kind, &expressions.get(right).kind) {
        (ExpressionKind::Tuple(left), ExpressionKind::Tuple(right)) => {
            left.len() != right.len()
                || left.iter().zip(right).any(|(left, right)| differ(context, *left, *right))
        }
        _ => match (family(context, left), family(context, right)) {
            (Some(left), Some(right)) => left != right,
            _ => false,
        },
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
