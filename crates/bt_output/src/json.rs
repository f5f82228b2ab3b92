//! Values as plain JSON: all 64 bits of numbers, duplicate names kept, `null` for an open side of a bucket,
//! U+FFFD for what is no UTF-8.

use serde::ser::{Serialize, SerializeMap, SerializeStruct, Serializer};

use crate::value::{BucketCount, List, Number, Record, Stats, Text, Value};

impl Serialize for Value<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match *self {
            Value::Null => serializer.serialize_unit(),
            Value::Bool(value) => serializer.serialize_bool(value),
            Value::Number(number) => number.serialize(serializer),
            Value::Text(text) => text.serialize(serializer),
            Value::List(list) => list.serialize(serializer),
            Value::Record(record) => record.serialize(serializer),
            Value::Buckets(buckets) => buckets.serialize(serializer),
            Value::Stats(stats) => stats.serialize(serializer),
        }
    }
}

impl Serialize for Text<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match *self {
            Number::Int(value) => serializer.serialize_i64(value),
            Number::Uint(value) => serializer.serialize_u64(value),
        }
    }
}

impl Serialize for List<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl Serialize for Record<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (name, value) in self.iter() {
            map.serialize_entry(name.as_str(), &value)?;
        }
        map.end()
    }
}

impl Serialize for BucketCount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut bucket = serializer.serialize_struct("BucketCount", 3)?;
        bucket.serialize_field("low", &self.bucket.low)?;
        bucket.serialize_field("high", &self.bucket.high)?;
        bucket.serialize_field("count", &self.count)?;
        bucket.end()
    }
}

impl Serialize for Stats {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut stats = serializer.serialize_struct("Stats", 3)?;
        stats.serialize_field("count", &self.count)?;
        stats.serialize_field("average", &self.average)?;
        stats.serialize_field("total", &self.total)?;
        stats.end()
    }
}
