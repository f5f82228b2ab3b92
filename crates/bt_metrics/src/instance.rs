//! An instance of a metric: number, name, and labels that spare everybody the parsing of the name.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::Bucket;

/// The name in PCP of an instance whose own is empty, as that of a sample without a kernel stack is: an empty one crashes
/// clients of libpcp 6.0.3, pmproxy among them.
pub const EMPTY_INSTANCE_NAME: &str = "(empty)";

/// What an instance stands for, apart from its name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct InstanceLabels {
    /// Parts of the map key, in order: labels `key0`, `key1`, …
    pub key: Vec<Arc<str>>,
    /// Bucket of a histogram: labels `low` and `high`.
    pub bucket: Option<Bucket>,
}

impl InstanceLabels {
    /// The labels as PMWEBAPI's `/indom` lists them. An unbounded side is `-inf` or `inf`.
    pub fn to_map(&self) -> BTreeMap<String, String> {
        let mut labels = BTreeMap::new();
        for (position, part) in self.key.iter().enumerate() {
            labels.insert(format!("key{position}"), part.to_string());
        }
        if let Some(bucket) = self.bucket {
            labels.insert("low".into(), bucket.low.map_or("-inf".into(), |low| low.to_string()));
            labels.insert("high".into(), bucket.high.map_or("inf".into(), |high| high.to_string()));
        }
        labels
    }

    /// Reads [`Self::to_map`] back; falls back to the name for agents without labels (`is_histogram`: then the
    /// name is a bucket, or `KEY::BUCKET`; otherwise it is the key).
    pub fn from_wire(labels: &BTreeMap<String, String>, name: &str, is_histogram: bool) -> InstanceLabels {
        let key: Vec<Arc<str>> = (0..)
            .map_while(|position| labels.get(&format!("key{position}")))
            .map(|part| part.as_str().into())
            .collect();
        let bucket = labels.get("low").zip(labels.get("high")).and_then(|(low, high)| {
            let bound =
                |text: &str, open: &str| if text == open { Some(None) } else { text.parse().ok().map(Some) };
            Some(Bucket { low: bound(low, "-inf")?, high: bound(high, "inf")? })
        });
        if !key.is_empty() || bucket.is_some() {
            return InstanceLabels { key, bucket };
        }
        if !is_histogram {
            let name = if name == EMPTY_INSTANCE_NAME { "" } else { name };
            return InstanceLabels { key: vec![name.into()], bucket: None };
        }
        match name.rsplit_once("::") {
            Some((key, bucket)) => {
                InstanceLabels { key: vec![key.into()], bucket: Bucket::from_instance_name(bucket) }
            }
            None => InstanceLabels { key: Vec::new(), bucket: Bucket::from_instance_name(name) },
        }
    }

    /// Divides a key that came as a whole, in a name, into its `parts`. A key with more commas than that stays whole:
    /// some of them stand within a part.
    pub fn divided(mut self, parts: usize) -> InstanceLabels {
        if let [whole] = &self.key[..]
            && parts > 1
        {
            let divided: Vec<Arc<str>> = whole.split(',').map(Arc::from).collect();
            if divided.len() == parts {
                self.key = divided;
            }
        }
        self
    }

    /// The instance name: the key parts joined by `,`, the bucket, or `KEY::BUCKET`.
    pub fn instance_name(&self) -> String {
        let key = self.key.join(",");
        match self.bucket {
            None => key,
            Some(bucket) if self.key.is_empty() => bucket.to_string(),
            Some(bucket) => format!("{key}::{bucket}"),
        }
    }
}

/// An instance as a domain lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instance {
    /// Its number: stable for the life of a script name.
    pub number: u32,
    /// Its name, as [`InstanceLabels::instance_name`] makes it.
    pub name: Arc<str>,
    /// Its labels.
    pub labels: InstanceLabels,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_survive_the_wire() {
        let bucket = Some(Bucket { low: None, high: Some(-1) });
        let cases = [
            (InstanceLabels { key: vec!["a,b".into(), "c".into()], bucket: None }, "a,b,c", false),
            (InstanceLabels { key: vec![], bucket }, "-inf--1", true),
            (InstanceLabels { key: vec!["dd".into()], bucket }, "dd::-inf--1", true),
        ];
        for (labels, name, is_histogram) in cases {
            assert_eq!(labels.instance_name(), name);
            assert_eq!(InstanceLabels::from_wire(&labels.to_map(), name, is_histogram), labels);
        }
    }

    #[test]
    fn agents_without_labels_are_read_by_name() {
        let none = BTreeMap::new();
        let read = |name, is_histogram| InstanceLabels::from_wire(&none, name, is_histogram);
        assert_eq!(read("python3", false).key, ["python3".into()]);
        assert_eq!(read("(empty)", false).key, ["".into()]);
        assert_eq!(read("4-7", true).bucket, Some(Bucket { low: Some(4), high: Some(7) }));
        assert_eq!(read("sd::a::4-7", true).key, ["sd::a".into()]);
    }

    #[test]
    fn a_key_is_divided_only_where_that_is_certain() {
        let cases =
            [("a,b", 2, "a|b"), ("a,b", 1, "a,b"), ("a,b", 0, "a,b"), ("a,b,c", 2, "a,b,c"), ("a", 2, "a")];
        for (name, parts, expected) in cases {
            let labels = InstanceLabels::from_wire(&BTreeMap::new(), name, false).divided(parts);
            assert_eq!(labels.key.join("|"), expected, "{name} in {parts}");
        }
        let bucket = InstanceLabels::from_wire(&BTreeMap::new(), "a,b::4-7", true).divided(2);
        assert_eq!((bucket.key.join("|").as_str(), bucket.instance_name().as_str()), ("a|b", "a,b::4-7"));
    }
}
