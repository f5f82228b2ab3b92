//! The maps of a script: shape, type, semantics, key, and the metric each becomes.

use bt_catalog::{AggregationKind, Type};
use bt_metrics::{MetricType, Semantics, Units, ValueType, map_metric_names};
use bt_syntax::{ExpressionId, ExpressionKind, Program, TokenKind};

use crate::facts::{Annotations, KeyPart, MapFact, MapShape};
use crate::inference::{Inference, Value};
use crate::usage::{Access, MapUse, Usage};

/// The maps in the order of their first mention.
pub(crate) fn map_facts(
    program: &Program,
    usage: &Usage<'_>,
    inference: &Inference,
    annotations: &Annotations,
) -> Vec<MapFact> {
    // A declaration alone makes no map.
    let used = || usage.map_ids().filter(|(id, _)| usage.uses(*id).next().is_some());
    let metrics = map_metric_names(used().map(|(_, map)| map.name));
    used()
        .zip(metrics)
        .map(|((id, map), metric)| {
            let uses = usage.uses(id);
            let key = key_parts(uses.clone(), program, inference);
            let aggregation = uses.clone().find_map(|used| match used.access {
                Access::Aggregate { kind, .. } => Some(kind),
                _ => None,
            });
            let shape = shape(aggregation, !key.is_empty());
            let (value_type, semantics) = values(aggregation, uses.clone(), program, inference.map(id));
            MapFact {
                name: map.name.to_string(),
                shape,
                aggregation,
                value_type,
                semantics,
                metric_type: metric_type(shape, value_type, &key),
                key,
                metric,
                units: units(annotations, map.name),
                scratch: is_scratch(uses.clone()),
                exported: is_included(annotations, map.name) && uses.clone().any(|used| used.access.writes()),
                span: map.span,
            }
        })
        .collect()
}

fn units(annotations: &Annotations, map: &str) -> Units {
    let annotated = annotations.units.iter().find(|(name, _)| name == map);
    annotated.map_or_else(Units::none, |(_, units)| units.clone())
}

fn is_included(annotations: &Annotations, map: &str) -> bool {
    annotations.include.as_ref().is_none_or(|include| include.iter().any(|name| name == map))
}

fn shape(aggregation: Option<AggregationKind>, is_keyed: bool) -> MapShape {
    let shape = match aggregation {
        Some(AggregationKind::Hist | AggregationKind::Lhist) => MapShape::Histogram,
        Some(AggregationKind::Stats) => MapShape::Stats,
        Some(AggregationKind::Tseries) => MapShape::Tseries,
        _ => MapShape::Value,
    };
    if is_keyed { shape.keyed() } else { shape }
}

/// Type and semantics: the table of the design document.
fn values<'u, 'a: 'u>(
    aggregation: Option<AggregationKind>,
    uses: impl Iterator<Item = &'u MapUse<'a>>,
    program: &Program,
    value: Value,
) -> (ValueType, Semantics) {
    let if_non_negative = if value.non_negative { Semantics::Counter } else { Semantics::Instant };
    match aggregation {
        Some(AggregationKind::Count | AggregationKind::Hist | AggregationKind::Lhist) => {
            (ValueType::U64, Semantics::Counter)
        }
        Some(AggregationKind::Sum | AggregationKind::Stats) => (number_type(value), if_non_negative),
        Some(AggregationKind::Tseries) => (ValueType::I64, Semantics::Instant),
        Some(AggregationKind::Min | AggregationKind::Max | AggregationKind::Avg) => {
            (number_type(value), Semantics::Instant)
        }
        None if only_grows(uses, program) => (ValueType::U64, Semantics::Counter),
        None => (plain_type(value), Semantics::Instant),
    }
}

/// Whether the map is only changed by `++` and by `+=` of a literal.
fn only_grows<'u, 'a: 'u>(uses: impl Iterator<Item = &'u MapUse<'a>>, program: &Program) -> bool {
    let mut grows = false;
    for used in uses {
        match used.access {
            Access::Increment => grows = true,
            Access::Compound(TokenKind::PlusAssign, value) if program.expressions.is_number(value) => {
                grows = true
            }
            access if access.writes() || matches!(access, Access::Delete | Access::Reset) => return false,
            _ => {}
        }
    }
    grows
}

fn number_type(value: Value) -> ValueType {
    if value.kind == Type::Unsigned { ValueType::U64 } else { ValueType::I64 }
}

fn plain_type(value: Value) -> ValueType {
    match value.kind {
        Type::Unsigned | Type::Boolean | Type::Pointer => ValueType::U64,
        // What cannot be told is most often a number: an argument of a probe.
        Type::Signed | Type::Unknown | Type::Nothing => ValueType::I64,
        _ => ValueType::Text,
    }
}

fn metric_type(shape: MapShape, value_type: ValueType, key: &[KeyPart]) -> Option<MetricType> {
    let has_stack = key.iter().any(|part| matches!(part, KeyPart::Kstack | KeyPart::Ustack));
    match shape {
        MapShape::Histogram | MapShape::KeyedHistogram => Some(MetricType::Histogram),
        MapShape::Keyed if has_stack && value_type != ValueType::Text => Some(MetricType::Stacks),
        _ => None,
    }
}

/// What the key is made of. Where one use does not tell, another may.
fn key_parts<'u, 'a: 'u>(
    uses: impl Iterator<Item = &'u MapUse<'a>>,
    program: &Program,
    inference: &Inference,
) -> Vec<KeyPart> {
    let mut parts: Vec<KeyPart> = Vec::new();
    for used in uses {
        let key = expanded_key(used.key, program);
        for (position, part) in key.iter().enumerate() {
            let part = key_part(inference.value(*part));
            match parts.get_mut(position) {
                Some(known) if *known == KeyPart::Unknown => *known = part,
                Some(_) => {}
                None => parts.push(part),
            }
        }
    }
    parts
}

/// `@m[(a, b)]` is the same as `@m[a, b]`.
fn expanded_key<'a>(key: &'a [ExpressionId], program: &'a Program) -> &'a [ExpressionId] {
    match key {
        [single] => match &program.expressions.get(*single).kind {
            ExpressionKind::Tuple(parts) if !parts.is_empty() => parts,
            _ => key,
        },
        _ => key,
    }
}

fn key_part(value: Value) -> KeyPart {
    match value.kind {
        Type::Signed | Type::Unsigned | Type::Boolean => KeyPart::Int,
        Type::String => KeyPart::String,
        Type::Kstack => KeyPart::Kstack,
        Type::Ustack => KeyPart::Ustack,
        Type::Ksym => KeyPart::Ksym,
        Type::Usym => KeyPart::Usym,
        Type::Inet => KeyPart::Inet,
        Type::Pointer => KeyPart::Pointer,
        Type::Tuple | Type::Record => KeyPart::Tuple,
        Type::Buffer => KeyPart::Buffer,
        Type::Username => KeyPart::Username,
        Type::Timestamp => KeyPart::Timestamp,
        Type::MacAddress => KeyPart::MacAddress,
        Type::CgroupPath => KeyPart::CgroupPath,
        Type::Array | Type::Unknown | Type::Nothing => KeyPart::Unknown,
    }
}

/// Whether the map only helps the script: stored, read and deleted by key, never shown.
fn is_scratch<'u, 'a: 'u>(uses: impl Iterator<Item = &'u MapUse<'a>>) -> bool {
    let (mut is_keyed, mut is_stored, mut is_read, mut is_deleted) = (false, false, false, false);
    for used in uses {
        is_keyed |= !used.key.is_empty();
        match used.access {
            Access::Assign(_) => is_stored = true,
            Access::Read | Access::Inspect => is_read = true,
            Access::Delete => is_deleted = true,
            Access::Reset => {}
            _ => return false,
        }
    }
    is_keyed && is_stored && is_read && is_deleted
}
