//! Reads the labels that agents of bpftrace give. Those of others come with them and may be any JSON: whoever
//! administers a host may write `{"rack": 5, "spare": true}` into `/etc/pcp/labels`, and pmproxy sends that with
//! every context, metric and instance.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};

use crate::Atom;

/// The labels with a meaning here, as far as they are text. Reading the others too would make the page's download 4 KB larger.
pub(super) fn read<'de, D: Deserializer<'de>>(labels: D) -> Result<BTreeMap<String, String>, D::Error> {
    labels.deserialize_map(LabelsVisitor)
}

struct LabelsVisitor;

impl<'de> Visitor<'de> for LabelsVisitor {
    type Value = BTreeMap<String, String>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("labels")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut labels = BTreeMap::new();
        while let Some(name) = map.next_key::<String>()? {
            if !has_meaning(&name) {
                map.next_value::<IgnoredAny>()?;
            } else if let Atom::Text(text) = map.next_value()? {
                labels.insert(name, text.as_ref().into());
            }
        }
        Ok(labels)
    }
}

fn has_meaning(name: &str) -> bool {
    matches!(name, "agent" | "hostname" | "metrictype" | "low" | "high") || name.starts_with("key")
}

#[cfg(test)]
mod tests {
    use super::super::{ContextReply, IndomReply, MetricEntry};

    /// As pmproxy 6.0.3 sends the labels of a host with a file of its own in `/etc/pcp/labels`, and more.
    const LABELS: &str = r#"{"hostname":"vm","note":null,"pos.row":2,"rack":-5.5,"spare":true,"x":[1,{"a":2}],
        "y":{"key0":3},"low":7,"key0":"dd"}"#;

    #[test]
    fn labels_of_others_may_be_anything() {
        let context = format!(r#"{{"context":1,"labels":{LABELS}}}"#);
        let reply: ContextReply = serde_json::from_str(&context).unwrap();
        let labels: Vec<String> = reply.labels.iter().map(|(name, text)| format!("{name}={text}")).collect();
        assert_eq!(labels.join(" "), "hostname=vm key0=dd");
    }

    #[test]
    fn metrics_and_instances_have_such_labels_too() {
        let metric = format!(
            r#"{{"name":"a","pmid":"1.0.0","type":"u64","sem":"counter","units":"none","labels":{LABELS}}}"#
        );
        let entry: MetricEntry = serde_json::from_str(&metric).unwrap();
        assert!(matches!(entry, MetricEntry::Known(info) if info.labels["key0"] == "dd"));
        let instances = format!(r#"[{{"instance":0,"name":"dd","labels":{LABELS}}}]"#);
        let indom = format!(r#"{{"context":1,"indom":"1.0","labels":{LABELS},"instances":{instances}}}"#);
        let reply: IndomReply = serde_json::from_str(&indom).unwrap();
        assert_eq!((&*reply.labels["hostname"], &*reply.instances[0].labels["key0"]), ("vm", "dd"));
    }
}
