//! The maps of a script: shape, type, semantics, key, and the metric each becomes.

use bt_catalog::{AggregationKind, Type};
use bt_metrics::{MetricType, Semantics, Units, ValueType, map_metric_names};
use bt_syntax::{ExpressionId, ExpressionKind, Program, TokenKind};
use rustc_hash::FxHashMap;

use crate::facts::{Annotations, KeyPart, MapFact, MapShape};
use crate::inference::{Inference, Value};
use crate::usage::{Access, MapUse, Usage};

/// The maps in the order of their first mention.
pub(crate) fn map_facts(
    program: &Program,
    usage: &Usage<'_>,
    inference: &Inference<'_>,
    annotations: &Annotations,
) -> Vec<MapFact> {
    let groups = by_name(usage);
    let metrics = map_metric_names(groups.iter().map(|group| group[0].name));
    groups
        .iter()
        .zip(metrics)
        .map(|(uses, metric)| map_fact(uses, metric, program, inference, annotations))
        .collect()
}

/// The uses of each map; maps in the order of their first mention. No group is empty.
fn by_name<'u, 'a>(usage: &'u Usage<'a>) -> Vec<Vec<&'u MapUse<'a>>> {
    let mut groups: Vec<Vec<&MapUse<'_>>> = Vec::new();
    let mut numbers = FxHashMap::default();
    // The walk meets a key before its map, and a value before what it is assigned to.
    let mut uses: Vec<_> = usage.maps.iter().collect();
    uses.sort_by_key(|used| used.span.start);
    for used in uses {
        let number = *numbers.entry(used.name).or_insert(groups.len());
        match groups.get_mut(number) {
            Some(group) => group.push(used),
            None => groups.push(vec![used]),
        }
    }
    groups
}

fn map_fact(
    uses: &[&MapUse<'_>],
    metric: String,
    program: &Program,
    inference: &Inference<'_>,
    annotations: &Annotations,
) -> MapFact {
    let name = uses[0].name;
    let key = key_parts(uses, program, inference);
    let aggregation = uses.iter().find_map(|used| match used.access {
        Access::Aggregate { kind, .. } => Some(kind),
        _ => None,
    });
    let shape = shape(aggregation, !key.is_empty());
    let (value_type, semantics) = values(aggregation, uses, program, inference.map(name));
    let included =
        annotations.include.as_ref().is_none_or(|include| include.iter().any(|other| other == name));
    let units = annotations.units.iter().find(|(map, _)| map == name).map(|(_, units)| units.clone());
    MapFact {
        name: name.to_string(),
        shape,
        aggregation,
        value_type,
        semantics,
        metric_type: metric_type(shape, value_type, &key),
        key,
        metric,
        units: units.unwrap_or_else(Units::none),
        scratch: is_scratch(uses),
        exported: included && uses.iter().any(|used| used.access.writes()),
        span: uses[0].span,
    }
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
fn values(
    aggregation: Option<AggregationKind>,
    uses: &[&MapUse<'_>],
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
fn only_grows(uses: &[&MapUse<'_>], program: &Program) -> bool {
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
fn key_parts(uses: &[&MapUse<'_>], program: &Program, inference: &Inference<'_>) -> Vec<KeyPart> {
    let mut parts: Vec<KeyPart> = Vec::new();
    for used in uses {
        let key = expanded_key(used.key, program);
        for (position, part) in key.iter().enumerate() {
            let part = key_part(inference.value(*part, used.probe));
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
fn is_scratch(uses: &[&MapUse<'_>]) -> bool {
    let any = |wanted: fn(Access) -> bool| uses.iter().any(|used| wanted(used.access));
    let is_keyed = uses.iter().any(|used| !used.key.is_empty());
    let only_helps = uses.iter().all(|used| {
        matches!(
            used.access,
            Access::Assign(_) | Access::Read | Access::Delete | Access::Reset | Access::Inspect
        )
    });
    is_keyed
        && only_helps
        && any(|access| matches!(access, Access::Assign(_)))
        && any(|access| matches!(access, Access::Read | Access::Inspect))
        && any(|access| access == Access::Delete)
}
