//! From a printed map to rows of instances and values, by the map's shape.

use std::borrow::Cow;
use std::fmt::Write;

use bt_analysis::MapShape;
use bt_metrics::{Atom, Bucket, Semantics, ValueType};
use bt_output::{MapValue, Number, Stats, Value};

use crate::domain::Place;

/// The instances of a message and their values; without a key and bucket, the single value of a map.
#[derive(Default)]
pub(crate) struct Rows<'m> {
    pub(crate) places: Vec<Place<'m>>,
    /// As many.
    pub(crate) cells: Vec<Cell>,
}

impl<'m> Rows<'m> {
    fn push(&mut self, key: Cow<'m, str>, bucket: Option<Bucket>, cell: Cell) {
        self.places.push((key, bucket));
        self.cells.push(cell);
    }
}

/// The value of an instance.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Cell {
    One(Atom),
    /// Apart, for they are rare and large.
    Stats(Box<Stats>),
}

impl Cell {
    /// Its value where there is one only.
    pub(crate) fn into_one(self) -> Atom {
        match self {
            Cell::One(atom) => atom,
            // Only a map of stats() has them, and that has three metrics.
            Cell::Stats(stats) => Atom::U64(stats.count),
        }
    }
}

/// The rows of a message about a map of this shape. Values that do not fit the shape or the type are left out.
pub(crate) fn rows<'m>(value: &MapValue<'m>, shape: MapShape, value_type: ValueType) -> Rows<'m> {
    let mut rows = Rows::default();
    if let MapValue::Keyed(entries) = value {
        rows.places.reserve(entries.len());
        rows.cells.reserve(entries.len());
    }
    each_row(value, shape, value_type, &mut |key, bucket, cell| {
        rows.push(key, bucket, cell);
        Some(())
    });
    rows
}

/// Gives the rows to `take` one after the other, until that returns `None`.
pub(crate) fn each_row<'m>(
    value: &MapValue<'m>,
    shape: MapShape,
    value_type: ValueType,
    take: &mut impl FnMut(Cow<'m, str>, Option<Bucket>, Cell) -> Option<()>,
) -> Option<()> {
    match *value {
        MapValue::Single(value) if !shape.is_keyed() => {
            each_row_of_key(Cow::Borrowed(""), value, shape, value_type, take)
        }
        MapValue::Keyed(entries) if shape.is_keyed() => entries.iter().try_for_each(|(key, value)| {
            each_row_of_key(Cow::Borrowed(key.as_str()), value, shape, value_type, take)
        }),
        _ => Some(()),
    }
}

/// Whether the values of a map without aggregation are text: strings, tuples, records, but no quoted numbers.
pub(crate) fn is_text(value: &MapValue<'_>, shape: MapShape) -> bool {
    let first = match (*value, shape) {
        (MapValue::Single(value), MapShape::Value) => Some(value),
        (MapValue::Keyed(entries), MapShape::Keyed) => entries.iter().next().map(|(_, value)| value),
        _ => None,
    };
    first.is_some_and(|value| !matches!(value, Value::Null) && value.to_number().is_none())
}

fn each_row_of_key<'m>(
    key: Cow<'m, str>,
    value: Value<'m>,
    shape: MapShape,
    value_type: ValueType,
    take: &mut impl FnMut(Cow<'m, str>, Option<Bucket>, Cell) -> Option<()>,
) -> Option<()> {
    match (shape, value) {
        (MapShape::Value | MapShape::Keyed, value) => match atom(value, value_type) {
            Some(atom) => take(key, None, Cell::One(atom)),
            None => Some(()),
        },
        (MapShape::Histogram | MapShape::KeyedHistogram, Value::Buckets(buckets)) => {
            buckets.iter().try_for_each(|bucket| {
                take(key.clone(), Some(bucket.bucket), Cell::One(Atom::U64(bucket.count)))
            })
        }
        (MapShape::Stats | MapShape::KeyedStats, Value::Stats(stats)) => {
            take(key, None, Cell::Stats(Box::new(stats)))
        }
        (MapShape::Tseries | MapShape::KeyedTseries, Value::List(points)) => {
            points.iter().try_for_each(|point| match point_row(&key, point, value_type) {
                Some((key, atom)) => take(key, None, Cell::One(atom)),
                None => Some(()),
            })
        }
        _ => Some(()),
    }
}

/// `{"interval_start": "…", "value": 8}`: the interval is (the last part of) the key.
fn point_row<'m>(key: &str, point: Value<'m>, value_type: ValueType) -> Option<(Cow<'m, str>, Atom)> {
    let Value::Record(point) = point else { return None };
    let Some(Value::Text(start)) = point.get("interval_start") else { return None };
    let start = start.as_str();
    let atom = atom(point.get("value")?, value_type)?;
    let key = if key.is_empty() { Cow::Borrowed(start) } else { Cow::Owned(format!("{key},{start}")) };
    Some((key, atom))
}

/// What two rows of one instance make together. Different keys can look the same: a counter is then the sum of
/// both; of other values the later one stands, as bpftrace prints the larger one later.
pub(crate) fn merge(earlier: &Cell, later: Cell, semantics: Semantics) -> Cell {
    match (earlier, &later) {
        (Cell::Stats(earlier), Cell::Stats(later)) => Cell::Stats(Box::new(merge_stats(earlier, later))),
        (Cell::One(Atom::U64(a)), Cell::One(Atom::U64(b))) if semantics == Semantics::Counter => {
            Cell::One(Atom::U64(a.saturating_add(*b)))
        }
        (Cell::One(Atom::I64(a)), Cell::One(Atom::I64(b))) if semantics == Semantics::Counter => {
            Cell::One(Atom::I64(a.saturating_add(*b)))
        }
        _ => later,
    }
}

fn merge_stats(earlier: &Stats, later: &Stats) -> Stats {
    let count = earlier.count.saturating_add(later.count);
    let total = earlier.total.to_i64().saturating_add(later.total.to_i64());
    let average = i64::try_from(count).ok().and_then(|count| total.checked_div(count)).unwrap_or(0);
    Stats { count, average: Number::Int(average), total: Number::Int(total) }
}

/// A value in the type of its metric; `None` if it is none of that type.
pub(crate) fn atom(value: Value<'_>, value_type: ValueType) -> Option<Atom> {
    if value_type == ValueType::Text {
        return Some(Atom::Text(to_text(value).into()));
    }
    let number = value.to_number()?;
    Some(number_atom(number, value_type))
}

pub(crate) fn number_atom(number: Number, value_type: ValueType) -> Atom {
    match value_type {
        ValueType::U64 | ValueType::U32 => Atom::U64(number.to_u64()),
        ValueType::I64 | ValueType::I32 => Atom::I64(number.to_i64()),
        ValueType::Float | ValueType::Double => match number {
            Number::Int(value) => Atom::F64(value as f64),
            Number::Uint(value) => Atom::F64(value as f64),
        },
        ValueType::Text => Atom::Text(to_text(Value::Number(number)).into()),
    }
}

/// A value as a reader of a table wants it: text as it is, tuples and structs as in bpftrace's own text output.
pub(crate) fn to_text(value: Value<'_>) -> Cow<'_, str> {
    match value {
        Value::Text(text) => Cow::Borrowed(text.as_str()),
        Value::Null => Cow::Borrowed(""),
        other => {
            let mut text = String::new();
            write_text(other, &mut text);
            Cow::Owned(text)
        }
    }
}

fn write_text(value: Value<'_>, text: &mut String) {
    // Writing to a string cannot fail.
    let _ = match value {
        Value::Null => Ok(()),
        Value::Bool(value) => write!(text, "{value}"),
        Value::Number(Number::Int(value)) => write!(text, "{value}"),
        Value::Number(Number::Uint(value)) => write!(text, "{value}"),
        Value::Text(value) => text.write_str(value.as_str()),
        Value::List(list) => {
            write_joined(text, ["(", ")"], list.iter(), |text, value| write_text(value, text));
            Ok(())
        }
        Value::Record(record) => {
            write_joined(text, ["{ ", " }"], record.iter(), |text, (name, value)| {
                text.push('.');
                text.push_str(name.as_str());
                text.push_str(" = ");
                write_text(value, text);
            });
            Ok(())
        }
        Value::Buckets(buckets) => {
            write_joined(text, ["", ""], buckets.iter(), |text, bucket| {
                let _ = write!(text, "{}: {}", bucket.bucket, bucket.count);
            });
            Ok(())
        }
        Value::Stats(stats) => {
            let _ = write!(text, "count {}, average ", stats.count);
            write_text(Value::Number(stats.average), text);
            text.push_str(", total ");
            write_text(Value::Number(stats.total), text);
            Ok(())
        }
    };
}

fn write_joined<T>(
    text: &mut String,
    [open, close]: [&str; 2],
    items: impl Iterator<Item = T>,
    write_one: impl Fn(&mut String, T),
) {
    text.push_str(open);
    for (position, item) in items.enumerate() {
        if position > 0 {
            text.push_str(", ");
        }
        write_one(text, item);
    }
    text.push_str(close);
}
