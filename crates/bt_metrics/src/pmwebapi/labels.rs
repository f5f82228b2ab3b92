//! Reads labels, which are any JSON in PCP: whoever administers a host may give it `{"rack": 5, "spare": true}`
//! (`/etc/pcp/labels`), and pmproxy then sends these with every context, metric and instance.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// Labels as text, whatever they are: `5`, `true`. Those that have no text (null, lists, objects) are left out; of an
/// object pmproxy 6 writes the parts as labels of their own, `pos.row`.
pub(super) fn read<'de, D: Deserializer<'de>>(labels: D) -> Result<BTreeMap<String, String>, D::Error> {
    let labels = BTreeMap::<String, Label>::deserialize(labels)?;
    Ok(labels.into_iter().filter_map(|(name, Label(text))| Some((name, text?))).collect())
}

struct Label(Option<String>);

impl<'de> Deserialize<'de> for Label {
    fn deserialize<D: Deserializer<'de>>(label: D) -> Result<Label, D::Error> {
        label.deserialize_any(LabelVisitor)
    }
}

struct LabelVisitor;

impl<'de> Visitor<'de> for LabelVisitor {
    type Value = Label;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a label")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Label, E> {
        Ok(Label(Some(text.to_owned())))
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Label, E> {
        Ok(Label(Some(value.to_string())))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Label, E> {
        Ok(Label(Some(number.to_string())))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Label, E> {
        Ok(Label(Some(number.to_string())))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Label, E> {
        Ok(Label(Some(number.to_string())))
    }

    fn visit_unit<E: Error>(self) -> Result<Label, E> {
        Ok(Label(None))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Label, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Label(None))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Label, A::Error> {
        while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Label(None))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{ContextReply, IndomReply, MetricEntry};

    /// As pmproxy 6.0.3 sends the labels of a host with a file of its own in `/etc/pcp/labels`.
    const LABELS: &str = r#"{"hostname":"vm","note":null,"pos.row":-2,"rack":5,"load":0.5,"spare":true,"x":[1,{"a":2}],"y":{"b":3}}"#;

    #[test]
    fn labels_of_every_kind_are_read_as_text() {
        let context = format!(r#"{{"context":1,"labels":{LABELS}}}"#);
        let reply: ContextReply = serde_json::from_str(&context).unwrap();
        let labels: Vec<String> = reply.labels.iter().map(|(name, text)| format!("{name}={text}")).collect();
        assert_eq!(labels.join(" "), "hostname=vm load=0.5 pos.row=-2 rack=5 spare=true");
    }

    #[test]
    fn metrics_and_instances_have_such_labels_too() {
        let metric = format!(
            r#"{{"name":"a","pmid":"1.0.0","type":"u64","sem":"counter","units":"none","labels":{LABELS}}}"#
        );
        let entry: MetricEntry = serde_json::from_str(&metric).unwrap();
        assert!(matches!(entry, MetricEntry::Known(info) if info.labels["rack"] == "5"));
        let instances = format!(r#"[{{"instance":0,"name":"dd","labels":{LABELS}}}]"#);
        let indom = format!(r#"{{"context":1,"indom":"1.0","labels":{LABELS},"instances":{instances}}}"#);
        let reply: IndomReply = serde_json::from_str(&indom).unwrap();
        assert_eq!((&*reply.labels["rack"], &*reply.instances[0].labels["spare"]), ("5", "true"));
    }
}
