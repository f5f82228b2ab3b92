//! One value of one instance: exact 64-bit numbers and text.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use serde::de::{self, Deserialize, Deserializer, Visitor};
use serde::ser::{Serialize, Serializer};

/// A value as it crosses the wire. Numbers keep all 64 bits in JSON; text is shared, not copied.
#[derive(Clone, Debug, PartialEq)]
pub enum Atom {
    /// An unsigned number.
    U64(u64),
    /// A signed number.
    I64(i64),
    /// A floating point number; agents other than ours send them.
    F64(f64),
    /// Text.
    Text(Arc<str>),
}

impl Atom {
    /// The value as a number for drawing: exact up to 2^53, the nearest `f64` beyond; `None` for text.
    pub fn to_f64(&self) -> Option<f64> {
        match self {
            Atom::U64(value) => Some(*value as f64),
            Atom::I64(value) => Some(*value as f64),
            Atom::F64(value) => Some(*value),
            Atom::Text(_) => None,
        }
    }

    /// The value as text for a table cell.
    pub fn to_text(&self) -> Cow<'_, str> {
        match self {
            Atom::U64(value) => value.to_string().into(),
            Atom::I64(value) => value.to_string().into(),
            Atom::F64(value) => value.to_string().into(),
            Atom::Text(text) => Cow::Borrowed(text),
        }
    }
}

impl Serialize for Atom {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Atom::U64(value) => serializer.serialize_u64(*value),
            Atom::I64(value) => serializer.serialize_i64(*value),
            Atom::F64(value) => serializer.serialize_f64(*value),
            Atom::Text(text) => serializer.serialize_str(text),
        }
    }
}

impl<'de> Deserialize<'de> for Atom {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AtomVisitor;

        impl Visitor<'_> for AtomVisitor {
            type Value = Atom;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a number or a string")
            }
            fn visit_u64<E: de::Error>(self, value: u64) -> Result<Atom, E> {
                Ok(Atom::U64(value))
            }
            fn visit_i64<E: de::Error>(self, value: i64) -> Result<Atom, E> {
                Ok(Atom::I64(value))
            }
            fn visit_f64<E: de::Error>(self, value: f64) -> Result<Atom, E> {
                Ok(Atom::F64(value))
            }
            fn visit_str<E: de::Error>(self, value: &str) -> Result<Atom, E> {
                Ok(Atom::Text(value.into()))
            }
            // pmproxy sends `null` for the missing value of a single-valued string metric.
            fn visit_unit<E: de::Error>(self) -> Result<Atom, E> {
                Ok(Atom::Text("".into()))
            }
        }

        deserializer.deserialize_any(AtomVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_all_bits() {
        for text in ["18446744073709551615", "-9223372036854775808", "0", "1.5", "\"a\""] {
            let atom: Atom = serde_json::from_str(text).unwrap();
            assert_eq!(serde_json::to_string(&atom).unwrap(), text);
        }
    }
}
